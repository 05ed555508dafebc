const INVALID = 'The access token is invalid';
const NOT_FOR_US = 'The access token is not intended for this resource';

/**
 * Every reason for which a request is refused: its HTTP status, its OAuth error code (RFC 6750 §3.1) and the text
 * that a client is told.
 *
 * `client_not_authorized` is 401 from `authorizedParties`, as here, and 403 from `@RequireClient`.
 *
 * Reasons are part of the public interface: a new one is a minor release, a renamed one a major. The descriptions are
 * fixed ASCII; nothing of a token and nothing of the expected values ever enters them.
 *
 * @example
 * ```ts
 * import { REJECTIONS } from 'nestjs-audience-auth';
 *
 * REJECTIONS.audience_mismatch.status; // 401
 * REJECTIONS.audience_mismatch.error; // 'invalid_token'
 * ```
 */
export const REJECTIONS = {
  token_missing: { status: 401, description: 'An access token is required' },
  request_malformed: {
    status: 400,
    error: 'invalid_request',
    description: 'The Authorization header is malformed',
  },
  token_too_large: { status: 401, error: 'invalid_token', description: INVALID },
  token_malformed: { status: 401, error: 'invalid_token', description: INVALID },
  critical_header_unsupported: { status: 401, error: 'invalid_token', description: INVALID },
  algorithm_not_allowed: { status: 401, error: 'invalid_token', description: INVALID },
  key_unknown: { status: 401, error: 'invalid_token', description: INVALID },
  signature_invalid: { status: 401, error: 'invalid_token', description: INVALID },
  issuer_missing: { status: 401, error: 'invalid_token', description: INVALID },
  issuer_untrusted: { status: 401, error: 'invalid_token', description: INVALID },
  expiry_missing: { status: 401, error: 'invalid_token', description: INVALID },
  token_expired: {
    status: 401,
    error: 'invalid_token',
    description: 'The access token expired',
  },
  token_not_yet_valid: { status: 401, error: 'invalid_token', description: INVALID },
  token_too_old: { status: 401, error: 'invalid_token', description: INVALID },
  time_claim_malformed: { status: 401, error: 'invalid_token', description: INVALID },
  audience_missing: { status: 401, error: 'invalid_token', description: NOT_FOR_US },
  audience_malformed: { status: 401, error: 'invalid_token', description: NOT_FOR_US },
  audience_mismatch: { status: 401, error: 'invalid_token', description: NOT_FOR_US },
  audience_not_exclusive: { status: 401, error: 'invalid_token', description: NOT_FOR_US },
  token_kind_unexpected: {
    status: 401,
    error: 'invalid_token',
    description: 'The token is not an access token',
  },
  required_claim_missing: { status: 401, error: 'invalid_token', description: INVALID },
  proof_required: { status: 401, error: 'invalid_token', description: INVALID },
  client_not_authorized: { status: 401, error: 'invalid_token', description: INVALID },
  scope_insufficient: {
    status: 403,
    error: 'insufficient_scope',
    description: 'A required scope is missing',
  },
  authentication_insufficient: {
    status: 401,
    error: 'insufficient_user_authentication',
    description: 'A different authentication level is required',
  },
} as const;

/** Why a request was refused: a key of {@link REJECTIONS}. Stable, made for `switch`, metrics and logs. */
export type RejectionReason = keyof typeof REJECTIONS;
