import { findingsText } from '../findings-text.js';
import { visible, type Paint } from '../terminal.js';
import type { Examination } from './examination.js';

/** An examination as a person reads it. */
export function examinationText({ issuer, findings, services }: Examination, paint: Paint): string {
  return [
    paint('bold', visible(issuer)),
    '',
    ...findingsText(findings, paint),
    '',
    ...services.flatMap(({ forRoot, proven }) => [
      paint('bold', proven ? 'Options that let this token in:' : 'Options, not proven by a token:'),
      '',
      forRoot,
      '',
    ]),
    ...(services.length === 0
      ? ['For the options of a service, name it with --resource, and give a client.', '']
      : []),
  ].join('\n');
}
