import type { Cell } from './judged.js';
import { BELONGING, type Note, type Verdict } from './verdict.js';

/** What came of one token at one service, as it is reported. */
export interface Evidence {
  readonly token: string;
  readonly service: string;
  readonly expected: 'let in' | 'refused';
  readonly verdict: Verdict;
  readonly note?: Note;
  readonly status?: number;
  /** Of Bearer: its error, and the names of its other parameters. */
  readonly challenge?: string;
  /** `error` in it. */
  readonly error?: string;
  /** `reason` in the body, as this library has it. */
  readonly reason?: string;
  /** Why there is no answer. */
  readonly silence?: string;
}

export function evidenceOf({ probe, service, expected, verdict, note, answer }: Cell): Evidence {
  const evidence = {
    token: probe.name,
    service: service.name,
    expected: BELONGING.includes(expected) ? 'let in' : 'refused',
    verdict,
    ...(note !== undefined && { note }),
  } as const;
  if (answer === undefined) return evidence;
  if ('silence' in answer) return { ...evidence, silence: answer.silence };
  const { status, challenge, error, reason } = answer;
  return {
    ...evidence,
    status,
    ...(challenge !== undefined && { challenge }),
    ...(error !== undefined && { error }),
    ...(reason !== undefined && { reason }),
  };
}

/** In a few words: `401 invalid_token audience_mismatch`. */
export function wordsFor({ status, error, reason, silence }: Evidence): string {
  return [status, error, reason, silence].filter((each) => each !== undefined).join(' ');
}

/** Evidence of one kind, with the tokens it is of: a service refuses many in the same words. */
export function grouped(
  all: readonly Evidence[],
): { readonly evidence: Evidence; readonly tokens: readonly string[] }[] {
  const groups = new Map<string, { evidence: Evidence; tokens: string[] }>();
  for (const evidence of all) {
    const { verdict, note, challenge } = evidence;
    const kind = JSON.stringify([verdict, wordsFor(evidence), note, challenge]);
    const group = groups.get(kind) ?? { evidence, tokens: [] };
    group.tokens.push(evidence.token);
    groups.set(kind, group);
  }
  return [...groups.values()];
}

/** Hostile tokens are many; all of their names are in the JSON and on the page. */
export function inShort(names: readonly string[]): string {
  const most = 6;
  if (names.length <= most + 1) return names.join(', ');
  return `${names.slice(0, most).join(', ')} and ${names.length - most} more`;
}
