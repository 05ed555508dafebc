import type { Answer } from '../client/ask.js';
import type { Finding } from '../findings.js';
import { duration } from '../inspect/times.js';

/** RFC 9110 §6.6.1: what the header `Date` of an answer tells of the clock of its server. */
export function clockFindings(
  { headers }: Answer,
  toleranceSeconds: number,
  now: number,
): Finding[] {
  const date = Date.parse(headers.get('date') ?? '') / 1000;
  if (Number.isNaN(date)) return [];
  // The header has no fractions.
  const ahead = Math.round(date + 0.5 - now);
  if (Math.abs(ahead) <= toleranceSeconds)
    return [{ level: 'ok', title: 'its clock agrees with that of this machine' }];
  return [
    {
      level: ahead > 0 ? 'problem' : 'warning',
      title: `its clock is ${duration(Math.abs(ahead))} ${ahead > 0 ? 'ahead of' : 'behind'} that of this machine`,
      detail:
        ahead > 0
          ? 'its tokens come from the future: token_not_yet_valid'
          : 'its tokens expire sooner than they should',
      remedy: 'Set both clocks by NTP. clockToleranceSeconds bridges up to 300 seconds.',
    },
  ];
}
