import { HttpException, HttpStatus, Inject, Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { IncomingMessage } from 'node:http';
import { SigningKeysUnavailable } from '../keys/signing-keys-unavailable.js';
import { challenge, type ChallengeSettings } from '../rejection/challenge.js';
import { AccessTokenRejection } from '../verification/access-token-rejection.js';
import type { AccessToken } from '../verification/access-token.js';
import type { AccessTokenStrategy } from '../verification/access-token.strategy.js';
import { RejectionReport } from '../verification/rejection-report.js';
import { rememberToken, tokenVerifiedBy } from './authenticated-requests.js';
import { neededScopes, unmet, type Requirements } from './requirements.js';
import { declared } from './route-declaration.js';
import { runStrategy } from './run-strategy.js';

/** A request of Express or Fastify, as far as the guard is concerned. */
type GuardedRequest = IncomingMessage & { body?: unknown; user?: AccessToken };

/** @internal */
export const ACCESS_TOKEN_STRATEGY = Symbol('nestjs-audience-auth:strategy');
/** @internal */
export const CHALLENGE_SETTINGS = Symbol('nestjs-audience-auth:challenge');

/**
 * Lets a request in if it carries an access token for this service that satisfies what the route requires.
 *
 * Registered for every route unless `global: false`; then add it yourself, or use a decorator that brings it. Runs before
 * interceptors, pipes and the handler. Refuses with {@link AccessTokenRejection} and the challenge of RFC 6750 §3; answers
 * {@link SigningKeysUnavailable} where nobody can say. Contexts other than HTTP are refused.
 *
 * On success `request.user` is the `AccessToken`. Nothing reads it back: authorisation has its own record.
 *
 * @example
 * ```ts
 * import { Controller, Get, UseGuards } from '@nestjs/common';
 * import { AudienceAuthGuard } from 'nestjs-audience-auth';
 *
 * @Controller('internal')
 * @UseGuards(AudienceAuthGuard) // with `global: false`
 * export class InternalController {
 *   @Get()
 *   status() {
 *     return 'only with a token for this service';
 *   }
 * }
 * ```
 */
@Injectable()
export class AudienceAuthGuard implements CanActivate {
  constructor(
    @Inject(ACCESS_TOKEN_STRATEGY) private readonly strategy: AccessTokenStrategy,
    @Inject(CHALLENGE_SETTINGS) private readonly challengeSettings: ChallengeSettings,
    @Inject(RejectionReport) private readonly report: RejectionReport,
    private readonly adapterHost: HttpAdapterHost,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const requirements = declared(context.getClass(), context.getHandler());
    if (requirements === 'public') return true;
    if (context.getType() !== 'http') {
      throw this.reported(new AccessTokenRejection('token_missing'), context);
    }
    const request = context.switchToHttp().getRequest<GuardedRequest>();
    if (isPreflight(request)) throw new HttpException('', HttpStatus.NO_CONTENT);

    const admit = (token: AccessToken): boolean => {
      const rejection = unmet(requirements, token, request);
      if (rejection) throw rejection;
      return true;
    };
    const refuse = (error: unknown): never => {
      this.setHeaders(error, requirements, context.switchToHttp().getResponse());
      throw this.reported(error, context);
    };
    try {
      const token = this.authenticate(request);
      return token instanceof Promise ? token.then(admit).catch(refuse) : admit(token);
    } catch (error) {
      return refuse(error);
    }
  }

  /** Once per request, however often the guard runs on it. */
  private authenticate(request: GuardedRequest): AccessToken | Promise<AccessToken> {
    const known = tokenVerifiedBy(this.strategy, request);
    if (known) return known;
    const remember = (token: AccessToken): AccessToken => {
      rememberToken(request, this.strategy, token);
      request.user = token;
      return token;
    };
    const token = runStrategy(this.strategy, request);
    return token instanceof Promise ? token.then(remember) : remember(token);
  }

  /** Tells whoever operates the service. */
  private reported(error: unknown, context: ExecutionContext): unknown {
    if (error instanceof AccessTokenRejection) {
      this.report.tell(error, `${context.getClass().name}.${context.getHandler().name}`);
    }
    return error;
  }

  /** Through the adapter, since Express and Fastify differ; before the throw, since exception filters are the user's. */
  private setHeaders(error: unknown, requirements: Requirements, response: unknown): void {
    const adapter = this.adapterHost.httpAdapter;
    const set = (name: string, value: string): void => adapter.setHeader(response, name, value);
    if (error instanceof AccessTokenRejection) {
      const scopes =
        error.requiredScopes.length > 0 ? error.requiredScopes : neededScopes(requirements);
      set('WWW-Authenticate', challenge(error.rejection, scopes, this.challengeSettings));
      set('Cache-Control', 'no-store');
    }
    if (error instanceof SigningKeysUnavailable) {
      set('Retry-After', String(error.retryAfterSeconds));
      set('Cache-Control', 'no-store');
    }
  }
}

/** A CORS preflight carries no credentials (Fetch §3.3.5): it is not challenged, nor does a handler get to see it. */
function isPreflight(request: IncomingMessage): boolean {
  if (request.method !== 'OPTIONS') return false;
  const { headers } = request;
  return headers.origin !== undefined && headers['access-control-request-method'] !== undefined;
}
