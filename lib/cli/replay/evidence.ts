import type { Cell } from './judged.js';

/** What a verdict rests on, in a few words: `401 invalid_token, audience_mismatch`. */
export function evidenceOf({ answer }: Cell): string {
  if (answer === undefined) return 'not asked';
  if ('silence' in answer) return answer.silence;
  const words = [answer.error, answer.reason].filter(Boolean);
  return [String(answer.status), words.join(', ')].join(' ').trim();
}
