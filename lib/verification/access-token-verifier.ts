import { AccessTokenRejection } from './access-token-rejection.js';
import type { AccessToken } from './access-token.js';
import type { RejectionReport } from './rejection-report.js';
import { isRefusal, type Verification } from './verification.js';

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
  constructor(
    private readonly verification: Verification,
    private readonly report: RejectionReport,
  ) {}

  /**
   * Resolves to the verified token.
   *
   * @throws AccessTokenRejection if the token is bad, with the reason
   * @throws SigningKeysUnavailable if nobody can say
   */
  async verify(token: string): Promise<AccessToken> {
    const verdict =
      typeof token === 'string'
        ? await this.verification.verdict(token)
        : { reason: 'token_malformed' as const };
    if (!isRefusal(verdict)) return verdict;
    const rejection = new AccessTokenRejection(verdict.reason, [], verdict);
    this.report.tell(rejection);
    throw rejection;
  }
}
