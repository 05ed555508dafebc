import { HttpException } from '@nestjs/common';
import { rejection, rejectionBody, type Rejection } from '../rejection/rejection.js';
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
  /** @internal */
  readonly rejection: Rejection;

  constructor(refused: RejectionReason | Rejection, requiredScopes: readonly string[] = []) {
    const row = typeof refused === 'string' ? rejection(refused) : refused;
    super(rejectionBody(row, requiredScopes), row.status);
    this.message = row.description;
    this.reason = row.reason;
    this.requiredScopes = requiredScopes;
    this.rejection = row;
  }
}
