import type { RejectionReason } from '../rejection/rejections.js';

/** A token that must be refused, and for what. */
export interface HostileToken {
  /** What is wrong with it, in words: "a token for another service". No two have the same. */
  readonly name: string;
  /** The token, as it is put behind `Bearer`. */
  readonly token: string;
  /** The reason for which the default configuration refuses it, with status 401. */
  readonly reason: RejectionReason;
}

/** Tokens by their names, all of which are refused for one reason. */
export function refusedFor(
  reason: RejectionReason,
  tokens: Readonly<Record<string, string>>,
): HostileToken[] {
  return Object.entries(tokens).map(([name, token]) => ({ name, token, reason }));
}
