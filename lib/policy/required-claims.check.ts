import type { Check } from './check.js';

/**
 * RFC 9068 §2.2, under the profile `rfc9068`: the required claims that no other check asks for are there. Their types
 * are others' concern, but for `client_id`. Reason: `required_claim_missing`.
 */
export const requiredClaims: Check = ({ claims: { sub, iat, jti, client_id: client } }) =>
  [sub, iat, jti].includes(undefined) || typeof client !== 'string' || client === ''
    ? 'required_claim_missing'
    : undefined;
