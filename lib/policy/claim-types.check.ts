import type { Check } from './check.js';

/**
 * RFC 7519 §4.1.2, §4.1.7: `sub` and `jti` are strings where present; an application that keys its data by them
 * must never meet a number, an object or an empty string. Reason: `token_malformed`.
 */
export const claimTypes: Check = ({ claims }) =>
  isNamed(claims.sub) && isNamed(claims.jti) ? undefined : 'token_malformed';

function isNamed(value: unknown): boolean {
  return value === undefined || (typeof value === 'string' && value !== '');
}
