import type { Claims } from '../policy/check.js';
import { clientId } from '../policy/party.check.js';
import type { Scopes } from './scopes.js';

/**
 * A verified access token: signed by a trusted issuer, in force, and minted for this service. Frozen.
 *
 * The token string itself is not on it, because a resource server must not pass it on (unless `exposeRawToken` is set).
 *
 * @example
 * ```ts
 * import { Controller, Get } from '@nestjs/common';
 * import { CurrentToken, RequireScopes, type AccessToken } from 'nestjs-audience-auth';
 *
 * @Controller('tickets')
 * export class TicketsController {
 *   @Get()
 *   @RequireScopes('tickets:read')
 *   list(@CurrentToken() token: AccessToken) {
 *     return { for: token.subject, all: token.hasScope('tickets:admin') };
 *   }
 * }
 * ```
 */
export interface AccessToken {
  /** `iss`: the authorization server that issued it. */
  readonly issuer: string;
  /** `sub`: whom it speaks for. Unique only together with the issuer. */
  readonly subject?: string;
  /** `aud`: every resource server it was minted for, always as a list. This service is one of them. */
  readonly audience: readonly string[];
  /** The client it was issued to: `client_id`, else `azp`, else `cid` or `appid`. */
  readonly clientId?: string;
  /** The scopes granted, from the claims that `scopeClaims` names; without those that a hierarchy adds. */
  readonly scopes: ReadonlySet<string>;
  /** `exp`. */
  readonly expiresAt: Date;
  /** `iat`. */
  readonly issuedAt?: Date;
  /** `jti`: the token's own identifier. */
  readonly id?: string;
  /** All claims, frozen and without a prototype. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** The token string; only with `exposeRawToken`, for a token exchange (RFC 8693). */
  readonly raw?: string;
  /** Whether the scope is granted, by itself or through `scopeHierarchy`. */
  hasScope(scope: string): boolean;
}

/** `declare`: a member that the token does not have is not there, rather than there and undefined. */
class VerifiedAccessToken implements AccessToken {
  readonly issuer: string;
  declare readonly subject?: string;
  readonly audience: readonly string[];
  declare readonly clientId?: string;
  readonly scopes: ReadonlySet<string>;
  readonly expiresAt: Date;
  declare readonly issuedAt?: Date;
  declare readonly id?: string;
  readonly claims: Claims;
  declare readonly raw?: string;
  readonly #allScopes: ReadonlySet<string>;

  constructor(claims: Claims, scopes: Scopes, raw: string | undefined) {
    // The policy has established the types of all claims that are read here.
    const { iss, sub, aud, exp, iat, jti } = claims as {
      iss: string;
      sub?: string;
      aud: string | readonly string[];
      exp: number;
      iat?: number;
      jti?: string;
    };
    const client = clientId(claims);
    this.issuer = iss;
    if (sub !== undefined) this.subject = sub;
    this.audience = typeof aud === 'string' ? Object.freeze([aud]) : aud;
    if (client !== undefined) this.clientId = client;
    this.scopes = scopes.granted;
    this.expiresAt = new Date(exp * 1000);
    if (iat !== undefined) this.issuedAt = new Date(iat * 1000);
    if (jti !== undefined) this.id = jti;
    this.claims = claims;
    if (raw !== undefined) this.raw = raw;
    this.#allScopes = scopes.all;
    Object.freeze(this);
  }

  hasScope(scope: string): boolean {
    return this.#allScopes.has(scope);
  }
}

/**
 * Makes the access token of claims that have passed every check.
 *
 * @param raw the token string, where the application wants it
 */
export function accessToken(claims: Claims, scopes: Scopes, raw?: string): AccessToken {
  return new VerifiedAccessToken(claims, scopes, raw);
}
