import { PassportStrategy } from '@nestjs/passport';
import passport from 'passport';
import { Strategy } from 'passport-jwt';
import { AccessTokenRejection } from './access-token-rejection.js';
import type { AccessToken } from './access-token.js';
import { bearerToken, isB64Token, type HttpRequest } from './bearer-token.js';
import { isRefusal, type Verdict, type Verification } from './verification.js';

/** What Passport, or whoever speaks its protocol, gives a strategy to report its outcome with. */
export interface StrategyOutcome {
  /** The token is good. */
  success(token: AccessToken): void;
  /** The token is bad. */
  fail(rejection: AccessTokenRejection, status: number): void;
  /** Nobody can say. */
  error(error: unknown): void;
}

/** A Passport strategy, reduced to what this library does with it. */
export interface AccessTokenStrategy {
  readonly name: string;
  authenticate(this: StrategyOutcome, request: HttpRequest): void;
}

/**
 * Makes and registers the passport-jwt strategy of one `forRoot`.
 *
 * It is a passport-jwt `Strategy` in every respect but one: `authenticate()` is ours. passport-jwt would verify through
 * jsonwebtoken, which accepts unknown critical headers, short RSA keys and tokens without expiry.
 */
export function registerStrategy(
  name: string,
  verification: Verification,
  maxTokenBytes: number,
): AccessTokenStrategy {
  const verdict = (request: HttpRequest): Verdict | Promise<Verdict> => {
    const bearer = bearerToken(request, maxTokenBytes);
    if (typeof bearer === 'string') return { reason: bearer };
    const outcome = verification.verdict(bearer.token);
    const isNone = 'reason' in outcome && outcome.reason === 'token_malformed';
    return isNone && !isB64Token(bearer.token) ? { reason: 'request_malformed' } : outcome;
  };

  class AudienceAuthStrategy extends PassportStrategy(Strategy, name) {
    constructor() {
      // passport-jwt insists on both; with authenticate() overridden neither is ever called.
      super({ jwtFromRequest: () => null, secretOrKey: 'unused' });
      // passport-jwt has named itself "jwt".
      this.name = name;
    }

    /** Two-armed `then`, so that an exception from an outcome is not reported as a second outcome. */
    override authenticate(this: StrategyOutcome, request: HttpRequest): void {
      const settle = (outcome: Verdict): void => {
        if (!isRefusal(outcome)) return this.success(outcome);
        const rejection = new AccessTokenRejection(outcome.reason, [], outcome);
        this.fail(rejection, rejection.getStatus());
      };
      const outcome = verdict(request);
      if (outcome instanceof Promise) outcome.then(settle, (error: unknown) => this.error(error));
      else settle(outcome);
    }

    validate(): never {
      throw new Error('never called');
    }
  }

  return new AudienceAuthStrategy();
}

/** Whether Passport, whose registry is one for the whole process, knows a strategy of this name already. */
export function isStrategyNameTaken(name: string): boolean {
  return registered(name) !== undefined;
}

/** Takes the strategy out of Passport's registry again, unless another has taken its place since. */
export function unregisterStrategy(strategy: AccessTokenStrategy): void {
  if (registered(strategy.name) === strategy) passport.unuse(strategy.name);
}

function registered(name: string): unknown {
  return (passport as unknown as { _strategy(name: string): unknown })._strategy(name);
}
