import { ServiceUnavailableException } from '@nestjs/common';

/**
 * The signing keys of the token's issuer could not be had, so nobody can say whether the token is good: 503, never 401.
 * The cause is the authorization server or the way to it; the client may try again after `retryAfterSeconds`.
 *
 * The guard answers it with `Retry-After` and without a challenge, so that no client throws its token away.
 *
 * @example
 * ```ts
 * import { Catch, type ArgumentsHost } from '@nestjs/common';
 * import { BaseExceptionFilter } from '@nestjs/core';
 * import { SigningKeysUnavailable } from 'nestjs-audience-auth';
 *
 * @Catch(SigningKeysUnavailable)
 * export class OutageLog extends BaseExceptionFilter {
 *   override catch(exception: SigningKeysUnavailable, host: ArgumentsHost) {
 *     console.warn('cannot decide', exception.issuer, exception.cause);
 *     super.catch(exception, host);
 *   }
 * }
 * ```
 */
export class SigningKeysUnavailable extends ServiceUnavailableException {
  constructor(
    /** The issuer whose keys are missing. */
    readonly issuer: string,
    /** Seconds until the keys are asked for again; at least 1. */
    readonly retryAfterSeconds: number,
    cause: unknown,
  ) {
    super(undefined, { cause });
  }
}
