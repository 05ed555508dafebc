import { CLIENT_FORBIDDEN } from '../rejection/rejection.js';
import { AccessTokenRejection } from '../verification/access-token-rejection.js';
import type { AccessToken } from '../verification/access-token.js';

/** The part of a request that an operation can be told from. */
export interface OperationRequest {
  readonly method?: string | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** What the application's parser made of the body. */
  readonly body?: unknown;
}

/** Scopes that depend on what a request asks for, such as an MCP tool. */
export interface OperationScopes {
  /** The scopes that this request needs beside those of the route. */
  of(request: OperationRequest): readonly string[];
  /** All that may come out of it. */
  readonly all: readonly string[];
}

/** What a route asks of a token that is good in itself. Several add up: all of them must hold. */
export interface Requirements {
  readonly scopes: readonly string[];
  /** Lists of alternatives: one of each list. */
  readonly anyScopes: readonly (readonly string[])[];
  /** Lists of clients: on each of them. */
  readonly clients: readonly (readonly string[])[];
  readonly operations: readonly OperationScopes[];
}

/** A route that only needs a token for this service. */
export const NO_REQUIREMENTS: Requirements = {
  scopes: [],
  anyScopes: [],
  clients: [],
  operations: [],
};

/** What both ask. */
export function both(one: Requirements, other: Requirements): Requirements {
  return {
    scopes: [...one.scopes, ...other.scopes],
    anyScopes: [...one.anyScopes, ...other.anyScopes],
    clients: [...one.clients, ...other.clients],
    operations: [...one.operations, ...other.operations],
  };
}

/** Why a good token is not enough for this route: the client first, then the scopes (403 both). */
export function unmet(
  requirements: Requirements,
  token: AccessToken,
  request: OperationRequest,
): AccessTokenRejection | undefined {
  const { clients, scopes, anyScopes, operations } = requirements;
  const { clientId } = token;
  const isListed = (list: readonly string[]) => clientId !== undefined && list.includes(clientId);
  if (!clients.every(isListed)) return new AccessTokenRejection(CLIENT_FORBIDDEN, [], token);

  const isGranted = (scope: string) => token.hasScope(scope);
  const ofOperation = operations.flatMap((operation) => operation.of(request));
  const isEnough =
    scopes.every(isGranted) &&
    anyScopes.every((alternatives) => alternatives.some(isGranted)) &&
    ofOperation.every(isGranted);
  if (isEnough) return undefined;
  const needed = unique([...neededScopes(requirements, token), ...ofOperation]);
  return new AccessTokenRejection('scope_insufficient', needed, token);
}

/**
 * The scopes that a token needs for a route, for the challenge (RFC 6750 §3): of alternatives the one that the token has,
 * else the first, so that no client asks for more than it takes.
 */
export function neededScopes(
  { scopes, anyScopes }: Requirements,
  token?: AccessToken,
): readonly string[] {
  const chosen = anyScopes.map(
    (alternatives) => alternatives.find((scope) => token?.hasScope(scope)) ?? alternatives[0],
  );
  return unique([...scopes, ...chosen.filter((scope) => scope !== undefined)]);
}

/** Every scope that a token may be asked for. */
export function mentionedScopes({
  scopes,
  anyScopes,
  operations,
}: Requirements): readonly string[] {
  return unique([...scopes, ...anyScopes.flat(), ...operations.flatMap(({ all }) => all)]);
}

function unique(scopes: readonly string[]): readonly string[] {
  return [...new Set(scopes)];
}
