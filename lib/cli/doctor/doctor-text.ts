import { worstOf } from '../findings.js';
import { findingsText } from '../findings-text.js';
import { visible, type Paint } from '../terminal.js';
import type { Examination } from './examination.js';

/** An examination as a person reads it. */
export function examinationText(examination: Examination, paint: Paint): string {
  const { issuer, findings, services } = examination;
  return [
    paint('bold', visible(issuer)),
    '',
    ...findingsText(findings, paint),
    '',
    ...services.flatMap(({ forRoot, proven }) => [
      paint('bold', `${headingFor(proven, examination)}:`),
      '',
      forRoot,
      '',
    ]),
    ...(services.length === 0 ? [HOW_TO_GET_OPTIONS, ''] : []),
  ].join('\n');
}

export const HOW_TO_GET_OPTIONS =
  'For the options of a service, name it with --resource, and give a client that may ask for its tokens.';

/** What is to be said of the options of a service. */
export function headingFor(proven: boolean, { findings }: Examination): string {
  if (!proven) return 'Options that fit, as far as can be told without a token that is let in';
  return worstOf(findings) === 'problem'
    ? 'Options that fit, once the problems are mended'
    : 'Options that fit';
}
