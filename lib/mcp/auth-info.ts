import type { IncomingMessage } from 'node:http';
import { tokenOf } from '../guard/authenticated-requests.js';
import type { AccessToken } from '../verification/access-token.js';

/** The `AuthInfo` of the MCP SDK, which tools receive as `extra.authInfo`. */
export interface McpAuthInfo {
  /** Empty unless `exposeRawToken` is set: an MCP server must not pass the token on. */
  token: string;
  clientId: string;
  scopes: string[];
  /** Seconds since the epoch. */
  expiresAt: number;
  /** The resource that the token was minted for (RFC 8707). */
  resource?: URL;
  extra: { issuer: string; subject?: string; claims: Readonly<Record<string, unknown>> };
}

/**
 * Makes the SDK's `AuthInfo` of an access token.
 *
 * @param resource the resource identifier of this server; by default the token's audience, where it has one only
 *
 * @example
 * ```ts
 * import type { AccessToken } from 'nestjs-audience-auth';
 * import { toAuthInfo } from 'nestjs-audience-auth/mcp';
 *
 * export const info = (token: AccessToken) => toAuthInfo(token, 'https://tickets.example.com/mcp');
 * ```
 */
export function toAuthInfo(token: AccessToken, resource?: string | URL): McpAuthInfo {
  const [audience, ...others] = token.audience;
  const identifier = resource ?? (others.length === 0 ? audience : undefined);
  return {
    token: token.raw ?? '',
    clientId: token.clientId ?? '',
    scopes: [...token.scopes],
    expiresAt: Math.floor(token.expiresAt.getTime() / 1000),
    ...(identifier !== undefined &&
      URL.canParse(String(identifier)) && { resource: new URL(identifier) }),
    extra: {
      issuer: token.issuer,
      ...(token.subject !== undefined && { subject: token.subject }),
      claims: token.claims,
    },
  };
}

/**
 * Gives the SDK's transport the request with the `AuthInfo` of its access token.
 *
 * Takes the request as a handler gets it, from Express or Fastify; returns Node's own, with `auth` on it where the guard
 * has let a token in.
 *
 * @example
 * ```ts
 * import type { IncomingMessage } from 'node:http';
 * import { withAuthInfo } from 'nestjs-audience-auth/mcp';
 *
 * interface Transport {
 *   handleRequest(request: IncomingMessage, response: unknown, body: unknown): Promise<void>;
 * }
 *
 * export const handle = (transport: Transport, request: IncomingMessage, response: unknown, body: unknown) =>
 *   transport.handleRequest(withAuthInfo(request), response, body);
 * ```
 */
export function withAuthInfo(
  request: object,
  resource?: string | URL,
): IncomingMessage & { auth?: McpAuthInfo } {
  const { raw = request } = request as { raw?: object };
  const token = tokenOf(request);
  return Object.assign(raw as IncomingMessage, token && { auth: toAuthInfo(token, resource) });
}
