import { randomBytes } from 'node:crypto';
import { HttpException } from '@nestjs/common';
import {
  rejection,
  rejectionBody,
  type RefusedToken,
  type Rejection,
} from '../rejection/rejection.js';
import type { RejectionReason } from '../rejection/rejections.js';

/**
 * A request was refused because of its access token: 400, 401 or 403, with the reason.
 *
 * The guard throws it after it has set the challenge header. Nothing of the token is in it.
 *
 * @example
 * ```ts
 * import { Catch, type ArgumentsHost } from '@nestjs/common';
 * import { BaseExceptionFilter } from '@nestjs/core';
 * import { AccessTokenRejection } from 'nestjs-audience-auth';
 *
 * @Catch(AccessTokenRejection)
 * export class RejectionLog extends BaseExceptionFilter {
 *   override catch(exception: AccessTokenRejection, host: ArgumentsHost) {
 *     console.log('refused', exception.reason, exception.getStatus());
 *     super.catch(exception, host);
 *   }
 * }
 * ```
 */
export class AccessTokenRejection extends HttpException {
  /** Why: a key of `REJECTIONS`. */
  readonly reason: RejectionReason;
  /** The scopes that the operation needs, where a missing scope is the reason. */
  readonly requiredScopes: readonly string[];
  /** Random; also in the body of the answer, in the event and in the log line, so that one leads to the other. */
  readonly trace: string;
  /** @internal */
  readonly rejection: Rejection;
  /** @internal */
  readonly token: RefusedToken;

  constructor(
    refused: RejectionReason | Rejection,
    requiredScopes: readonly string[] = [],
    { issuer, clientId }: RefusedToken = {},
  ) {
    const row = typeof refused === 'string' ? rejection(refused) : refused;
    const trace = randomBytes(6).toString('hex');
    super(rejectionBody(row, requiredScopes, trace), row.status);
    this.message = row.description;
    this.reason = row.reason;
    this.requiredScopes = requiredScopes;
    this.trace = trace;
    this.rejection = row;
    // Not the object that was given, which may be a token with all its claims.
    this.token = {
      ...(issuer !== undefined && { issuer }),
      ...(clientId !== undefined && { clientId }),
    };
  }
}
