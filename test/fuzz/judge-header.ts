import type { RejectionReason } from 'nestjs-audience-auth';
import { bearerToken, isB64Token } from '../../lib/verification/bearer-token.js';

/** The lines of a request's header, as Node hands them over. */
export type HeaderLines = readonly (readonly [name: string, value: string])[];

/** The bearer token of a request, or why there is none; its grammar is looked at last, as for a token that is refused. */
export function judgeHeader(
  lines: HeaderLines,
  maxTokenBytes: number,
): { readonly token: string } | RejectionReason {
  // Of several lines Node keeps the first.
  const authorization = lines.find(([name]) => isAuthorization(name))?.[1];
  const bearer = bearerToken(
    { rawHeaders: lines.flat(), headers: authorization === undefined ? {} : { authorization } },
    maxTokenBytes,
  );
  return typeof bearer === 'string' || isB64Token(bearer.token) ? bearer : 'request_malformed';
}

export function isAuthorization(name: string): boolean {
  return name.toLowerCase() === 'authorization';
}
