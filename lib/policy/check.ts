import type { RejectionReason } from '../rejection/rejections.js';

/** The claims of a token: an object without a prototype, so that no claim name can mean anything but a claim. */
export type Claims = Readonly<Record<string, unknown>>;

/** A token taken apart: what a check may look at. */
export interface DecodedToken {
  /** The JOSE header, likewise without a prototype. */
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Claims;
}

/**
 * One question about a token, bound to its options at boot. Pure: no I/O, no clock of its own, no throw.
 *
 * @param now seconds since the epoch, fractions included
 * @returns the reason to refuse the token, or nothing
 */
export type Check<Token = DecodedToken> = (
  token: Token,
  now: number,
) => RejectionReason | undefined;
