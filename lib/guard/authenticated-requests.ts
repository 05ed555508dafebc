import type { AccessToken } from '../verification/access-token.js';
import type { AccessTokenStrategy } from '../verification/access-token.strategy.js';

interface Authentication {
  /** Whose verdict it is: the token of one module's strategy is nothing to another's guard. */
  readonly strategy: AccessTokenStrategy;
  readonly token: AccessToken;
}

/** A class whose instances are objects that somebody else has made. */
const Extended = function (object: object) {
  return object;
} as unknown as new (object: object) => object;

/**
 * A private field of the request: `request.user` can be written by anybody, this can neither be written nor be seen. A
 * `WeakMap` would do, but the garbage collector copies what it holds once more before it lets go (docs/performance.md).
 */
class AuthenticatedRequest extends Extended {
  #authentication: Authentication | undefined;

  static set(request: object, authentication: Authentication): void {
    const authenticated = #authentication in request ? request : new AuthenticatedRequest(request);
    authenticated.#authentication = authentication;
  }

  static get(request: object): Authentication | undefined {
    return #authentication in request ? request.#authentication : undefined;
  }
}

/** Remembers what a guard found out about a request. */
export function rememberToken(
  request: object,
  strategy: AccessTokenStrategy,
  token: AccessToken,
): void {
  AuthenticatedRequest.set(request, { strategy, token });
}

/** The token that this strategy has already verified for this request. */
export function tokenVerifiedBy(
  strategy: AccessTokenStrategy,
  request: object,
): AccessToken | undefined {
  const authentication = AuthenticatedRequest.get(request);
  return authentication?.strategy === strategy ? authentication.token : undefined;
}

/** The token that the request was let in with; none on a public route. */
export function tokenOf(request: object): AccessToken | undefined {
  return AuthenticatedRequest.get(request)?.token;
}
