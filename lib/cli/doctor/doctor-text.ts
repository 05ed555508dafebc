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
    `${HEADLINES[worstOf(findings)]}.`,
    '',
  ].join('\n');
}

/** What all findings come to. */
export const HEADLINES = {
  ok: 'Nothing is wrong with the authorization server',
  warning: 'The authorization server works, and could do better',
  problem: 'The authorization server has a problem',
} as const;

export const HOW_TO_GET_OPTIONS =
  'The options of a service can be told once a client gets a token for it: name the service with --resource, and give a client that may ask.';

/** What is to be said of the options of a service. */
export function headingFor(proven: boolean, { findings }: Examination): string {
  if (!proven) return 'Options that fit, as far as can be told without a token that is let in';
  return worstOf(findings) === 'problem'
    ? 'Options that fit, once the problems are mended'
    : 'Options that fit';
}
