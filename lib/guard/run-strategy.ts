import type { AccessToken } from '../verification/access-token.js';
import type {
  AccessTokenStrategy,
  StrategyOutcome,
} from '../verification/access-token.strategy.js';
import type { HttpRequest } from '../verification/bearer-token.js';

/** What came of it. */
type Outcome = { readonly token: AccessToken } | { readonly error: unknown };

/**
 * Runs a strategy on one request, speaking Passport's strategy protocol.
 *
 * `passport.authenticate` would do it too, but it adds nine properties to the request, and handed an instance it binds
 * the outcome of one request to an object that all concurrent requests share. A strategy derived from the registered one
 * per request has neither fault. The first outcome counts; `pass` and `redirect`, which let Passport go on without a
 * token, do not exist here.
 *
 * @returns the verified token, at once where the strategy settles at once
 * @throws what the strategy reported to `fail` or `error`
 */
export function runStrategy(
  strategy: AccessTokenStrategy,
  request: HttpRequest,
): AccessToken | Promise<AccessToken> {
  let first: Outcome | undefined;
  let settled: (() => void) | undefined;
  const settle = (outcome: Outcome): void => {
    first ??= outcome;
    settled?.();
  };
  const attempt = Object.create(strategy) as AccessTokenStrategy & StrategyOutcome;
  attempt.success = (token) => settle({ token });
  attempt.fail = (error) => settle({ error });
  attempt.error = (error) => settle({ error });
  attempt.authenticate(request);
  if (first !== undefined) return tokenOf(first);
  return new Promise<void>((resolve) => (settled = resolve)).then(() => tokenOf(first as Outcome));
}

function tokenOf(outcome: Outcome): AccessToken {
  if ('token' in outcome) return outcome.token;
  throw outcome.error;
}
