import type { Check } from './check.js';

/**
 * RFC 9068 §4: `iss` is exactly the identifier of the authorization server whose key signed the token.
 *
 * Compared by code points, without any normalisation (RFC 8414 §4). Reasons: `issuer_missing`, `issuer_untrusted`.
 */
export function issuer(trusted: string): Check {
  return ({ claims }) => {
    if (claims.iss === trusted) return undefined;
    return claims.iss === undefined ? 'issuer_missing' : 'issuer_untrusted';
  };
}
