import type { IncomingMessage } from 'node:http';
import type { RejectionReason } from '../rejection/rejections.js';

/** The part of a request that is looked at; Fastify keeps Node's request under `raw`. */
export type HttpRequest = Pick<IncomingMessage, 'headers' | 'rawHeaders'> & {
  readonly raw?: Pick<IncomingMessage, 'headers' | 'rawHeaders'>;
};

const SCHEME = /^bearer(?![\w!#$%&'*+\-.^`|~])/i;
const B64TOKEN = /^[\w\-.~+/]+=*$/;
const SPACE = 0x20;

/**
 * RFC 6750 §2.1: the bearer token of the `Authorization` header, the only place that is looked at. Whether its characters
 * are those of a token is left to {@link isB64Token}.
 *
 * Takes time linear in the length of the header; a token above the limit is not looked into. Reasons: `token_missing` (no header, or another scheme), `request_malformed`, `token_too_large`.
 */
export function bearerToken(
  request: HttpRequest,
  maxTokenBytes: number,
): { readonly token: string } | RejectionReason {
  const { headers, rawHeaders } = request.raw ?? request;
  const { authorization } = headers;
  if (authorization === undefined) return 'token_missing';
  // Node keeps the first of several lines and says nothing (RFC 9110 §5.3 forbids sending them).
  if (linesOf('authorization', rawHeaders) > 1) return 'request_malformed';
  const scheme = SCHEME.exec(authorization)?.[0];
  if (scheme === undefined) return 'token_missing';

  let start = scheme.length;
  while (authorization.charCodeAt(start) === SPACE) start++;
  const token = authorization.slice(start);
  if (token.length > maxTokenBytes) return 'token_too_large';
  return start > scheme.length && token !== '' ? { token } : 'request_malformed';
}

/** Whether a string is a `b64token`. Every compact JWS is, so there is no need to ask before one has been made out. */
export function isB64Token(token: string): boolean {
  return B64TOKEN.test(token);
}

function linesOf(name: string, rawHeaders: readonly string[]): number {
  let lines = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const each = rawHeaders[at];
    if (each?.length === name.length && each.toLowerCase() === name) lines++;
  }
  return lines;
}
