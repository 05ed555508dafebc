import type { Check } from './check.js';

/** The claims of RFC 9068 §2.2 that no other check asks for. */
const REQUIRED = ['sub', 'client_id', 'iat', 'jti'];

/** RFC 9068 §2.2, under the profile `rfc9068`: every required claim is there. Reason: `required_claim_missing`. */
export const requiredClaims: Check = ({ claims }) =>
  REQUIRED.every((name) => name in claims) ? undefined : 'required_claim_missing';
