import type { AccessToken } from '../verification/access-token.js';
import type { AccessTokenStrategy } from '../verification/access-token.strategy.js';

interface Authentication {
  /** Whose verdict it is: the token of one module's strategy is nothing to another's guard. */
  readonly strategy: AccessTokenStrategy;
  readonly token: AccessToken;
}

/** Kept beside the request, not on it: `request.user` can be written by anybody, this cannot. */
const authentications = new WeakMap<object, Authentication>();

/** Remembers what a guard found out about a request. */
export function rememberToken(
  request: object,
  strategy: AccessTokenStrategy,
  token: AccessToken,
): void {
  authentications.set(request, { strategy, token });
}

/** The token that this strategy has already verified for this request. */
export function tokenVerifiedBy(
  strategy: AccessTokenStrategy,
  request: object,
): AccessToken | undefined {
  const authentication = authentications.get(request);
  return authentication?.strategy === strategy ? authentication.token : undefined;
}

/** The token that the request was let in with; none on a public route. */
export function tokenOf(request: object): AccessToken | undefined {
  return authentications.get(request)?.token;
}
