import type { AccessToken } from '../verification/access-token.js';
import type {
  AccessTokenStrategy,
  StrategyOutcome,
} from '../verification/access-token.strategy.js';
import type { HttpRequest } from '../verification/bearer-token.js';

/** One run of a strategy on one request, and what has come of it. The first outcome counts. */
class Attempt implements StrategyOutcome {
  private outcome: { readonly token: AccessToken } | { readonly error: unknown } | undefined;
  private tell: (() => void) | undefined;

  success(token: AccessToken): void {
    this.settle({ token });
  }

  fail(error: unknown): void {
    this.settle({ error });
  }

  error(error: unknown): void {
    this.settle({ error });
  }

  private settle(outcome: NonNullable<Attempt['outcome']>): void {
    this.outcome ??= outcome;
    this.tell?.();
  }

  result(): AccessToken | Promise<AccessToken> {
    const { outcome } = this;
    if (outcome === undefined) {
      return new Promise<void>((resolve) => (this.tell = resolve)).then(() => this.result());
    }
    if ('token' in outcome) return outcome.token;
    throw outcome.error;
  }
}

/**
 * Runs a strategy on one request, speaking Passport's strategy protocol.
 *
 * `passport.authenticate` would do it too, but it adds nine properties to the request, and handed an instance it binds
 * the outcome of one request to an object that all concurrent requests share. Reporting to an object of the request's own
 * has neither fault. `pass` and `redirect`, which let Passport go on without a token, do not exist there.
 *
 * @returns the verified token, at once where the strategy settles at once
 * @throws what the strategy reported to `fail` or `error`
 */
export function runStrategy(
  strategy: AccessTokenStrategy,
  request: HttpRequest,
): AccessToken | Promise<AccessToken> {
  const attempt = new Attempt();
  strategy.authenticate.call(attempt, request);
  return attempt.result();
}
