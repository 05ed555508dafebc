import { AccessTokenRejection } from './access-token-rejection.js';
import type { AccessToken } from './access-token.js';
import type { Verification } from './verification.js';

/**
 * Verifies access tokens outside the guard: a token that came by another way than an `Authorization` header.
 *
 * Checks all that the guard checks before a route's own requirements. Does not check scopes: ask `hasScope`.
 *
 * @example
 * ```ts
 * import { Injectable } from '@nestjs/common';
 * import { AccessTokenVerifier } from 'nestjs-audience-auth';
 *
 * @Injectable()
 * export class Inbox {
 *   constructor(private readonly verifier: AccessTokenVerifier) {}
 *
 *   async accept(message: { token: string }) {
 *     const token = await this.verifier.verify(message.token);
 *     return token.subject;
 *   }
 * }
 * ```
 */
export class AccessTokenVerifier {
  /** @internal */
  constructor(private readonly verification: Verification) {}

  /**
   * Resolves to the verified token.
   *
   * @throws AccessTokenRejection if the token is bad, with the reason
   * @throws SigningKeysUnavailable if nobody can say
   */
  async verify(token: string): Promise<AccessToken> {
    if (typeof token !== 'string') throw new AccessTokenRejection('token_malformed');
    const verdict = await this.verification.verdict(token);
    if (typeof verdict === 'string') throw new AccessTokenRejection(verdict);
    return verdict;
  }
}
