export { AudienceAuthModule, type AudienceAuthAsyncOptions } from './audience-auth.module.js';
export { AudienceAuthGuard } from './guard/audience-auth.guard.js';
export {
  CurrentToken,
  Public,
  RequireAnyScope,
  RequireClient,
  RequireScopes,
  TokenClaim,
} from './guard/decorators.js';
export { AudienceAuthHealth } from './keys/audience-auth-health.js';
export { SigningKeysUnavailable } from './keys/signing-keys-unavailable.js';
export type {
  AudienceAuthOptions,
  AudienceAuthOptionsFactory,
  IssuerOptions,
} from './options/audience-auth.options.js';
export type { RejectionEvent } from './rejection/rejection-event.js';
export { REJECTIONS, type RejectionReason } from './rejection/rejections.js';
export type { AccessToken } from './verification/access-token.js';
export { AccessTokenRejection } from './verification/access-token-rejection.js';
export { AccessTokenVerifier } from './verification/access-token-verifier.js';
