import type { RejectionReason } from 'nestjs-audience-auth';
import type { AuthorizationServer } from './authorization-server.js';
import type { Expected } from './expect-rejection.js';
import { signingKey } from './signing-key.js';
import { AUDIENCE, now, OTHER_AUDIENCE, type Claims } from './tokens.js';

/** Options under which every reason can come about. */
export const STRICT_OPTIONS = {
  tokenProfile: 'rfc9068',
  coAudiences: [],
  authorizedParties: ['cli', 'billing'],
  maxTokenBytes: 2000,
} as const;

/** A request that is refused. */
export interface Scenario extends Expected {
  /** The `Authorization` header. */
  readonly authorization: (server: AuthorizationServer) => string | undefined;
  /** Where it is sent; `/plain` by default. */
  readonly path?: string;
}

/** No decorator raises `authentication_insufficient` yet. */
export type PossibleReason = Exclude<RejectionReason, 'authentication_insufficient'>;

/** @param claims made anew for each token, where they depend on the time */
const token =
  (claims: Claims | (() => Claims), header: Claims = {}): Scenario['authorization'] =>
  (server) =>
    `Bearer ${server.issue(typeof claims === 'function' ? claims() : claims, header)}`;

/** One way to each reason: one fault in a request that is good otherwise. */
export const SCENARIOS: Readonly<Record<PossibleReason, Scenario>> = {
  token_missing: { authorization: () => undefined },
  request_malformed: { authorization: () => 'Bearer not one token' },
  token_too_large: { authorization: token({ padding: 'x'.repeat(2000) }) },
  token_malformed: { authorization: () => 'Bearer something-else' },
  critical_header_unsupported: { authorization: token({}, { crit: ['exp'], exp: 1 }) },
  algorithm_not_allowed: { authorization: token({}, { alg: 'HS256' }) },
  key_unknown: { authorization: token({}, { kid: 'unheard-of' }) },
  signature_invalid: {
    authorization: (server) =>
      `Bearer ${server.issue({}, {}, signingKey('ES256', 'forged').as(server.key.kid))}`,
  },
  issuer_missing: { authorization: token({ iss: undefined }) },
  issuer_untrusted: { authorization: token({ iss: 'https://as.example.com' }) },
  expiry_missing: { authorization: token({ exp: undefined }) },
  token_expired: { authorization: token(() => ({ exp: now() - 60 })) },
  token_not_yet_valid: { authorization: token(() => ({ nbf: now() + 60 })) },
  token_too_old: { authorization: token(() => ({ iat: now() - 100_000 })) },
  time_claim_malformed: { authorization: token({ exp: 'tomorrow' }) },
  audience_missing: { authorization: token({ aud: undefined }) },
  audience_malformed: { authorization: token({ aud: [AUDIENCE, 1] }) },
  audience_mismatch: { authorization: token({ aud: OTHER_AUDIENCE }) },
  audience_not_exclusive: { authorization: token({ aud: [AUDIENCE, OTHER_AUDIENCE] }) },
  token_kind_unexpected: { authorization: token({}, { typ: 'JWT' }) },
  required_claim_missing: { authorization: token({ jti: undefined }) },
  proof_required: { authorization: token({ cnf: { jkt: 'thumbprint' } }) },
  client_not_authorized: { authorization: token({ client_id: 'stranger' }) },
  scope_insufficient: {
    authorization: token({ scope: 'files:list' }),
    path: '/files',
    scope: 'files:read',
  },
};
