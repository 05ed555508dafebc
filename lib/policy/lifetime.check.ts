import type { Check, DecodedToken } from './check.js';

export interface LifetimeRule {
  readonly clockToleranceSeconds: number;
  /** `false`: neither the age of a token nor an `iat` in the future is looked at. */
  readonly maxTokenAgeSeconds: number | false;
}

/** Beyond the year 2242: milliseconds taken for seconds, or a number that never expires. */
const LATEST = 2 ** 33;

/**
 * RFC 7519 §4.1.4 to §4.1.6: the token has an end, has not reached it, has begun, and is not older than allowed.
 *
 * Reasons: `expiry_missing`, `time_claim_malformed`, `token_expired`, `token_not_yet_valid` (also an `iat` in the
 * future), `token_too_old`.
 */
export function lifetime({
  clockToleranceSeconds,
  maxTokenAgeSeconds,
}: LifetimeRule): Check<Pick<DecodedToken, 'claims'>> {
  return ({ claims: { exp, nbf, iat } }, now) => {
    if (exp === undefined) return 'expiry_missing';
    if (!isTime(exp) || exp === 0) return 'time_claim_malformed';
    if (nbf !== undefined && !isTime(nbf)) return 'time_claim_malformed';
    if (iat !== undefined && !isTime(iat)) return 'time_claim_malformed';
    if (now >= exp + clockToleranceSeconds) return 'token_expired';
    if (nbf !== undefined && nbf > now + clockToleranceSeconds) return 'token_not_yet_valid';
    if (iat === undefined || maxTokenAgeSeconds === false) return undefined;
    if (iat > now + clockToleranceSeconds) return 'token_not_yet_valid';
    if (now > iat + maxTokenAgeSeconds + clockToleranceSeconds) return 'token_too_old';
    return undefined;
  };
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value < LATEST;
}
