import type { AccessToken } from '../verification/access-token.js';
import type { AccessTokenStrategy } from '../verification/access-token.strategy.js';
import type { HttpRequest } from '../verification/bearer-token.js';

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
  const outcome: { token?: AccessToken; refusal?: { readonly error: unknown } } = {};
  let settled = (): void => undefined;
  const settle = (first: typeof outcome): void => {
    if (isSettled()) return;
    Object.assign(outcome, first);
    settled();
  };
  const isSettled = (): boolean => 'token' in outcome || 'refusal' in outcome;
  const result = (): AccessToken => {
    if (outcome.token !== undefined) return outcome.token;
    throw outcome.refusal?.error;
  };

  const attempt = Object.assign(Object.create(strategy) as AccessTokenStrategy, {
    success: (token: AccessToken) => settle({ token }),
    fail: (error: unknown) => settle({ refusal: { error } }),
    error: (error: unknown) => settle({ refusal: { error } }),
  });
  attempt.authenticate(request);
  return isSettled() ? result() : new Promise<void>((resolve) => (settled = resolve)).then(result);
}
