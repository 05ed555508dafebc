import type { RejectionReason } from 'nestjs-audience-auth';
import { expect } from 'vitest';
import { log } from './log.js';
import { RESOURCE_METADATA } from './tokens.js';

const INVALID = [401, 'invalid_token', 'The access token is invalid'] as const;
const NOT_FOR_US = [
  401,
  'invalid_token',
  'The access token is not intended for this resource',
] as const;

/** Status, OAuth error code and description of each reason: what clients were promised. */
export const ANSWERS = {
  token_missing: [401, undefined, 'An access token is required'],
  request_malformed: [400, 'invalid_request', 'The Authorization header is malformed'],
  token_too_large: INVALID,
  token_malformed: INVALID,
  critical_header_unsupported: INVALID,
  algorithm_not_allowed: INVALID,
  key_unknown: INVALID,
  signature_invalid: INVALID,
  issuer_missing: INVALID,
  issuer_untrusted: INVALID,
  expiry_missing: INVALID,
  token_expired: [401, 'invalid_token', 'The access token expired'],
  token_not_yet_valid: INVALID,
  token_too_old: INVALID,
  time_claim_malformed: INVALID,
  audience_missing: NOT_FOR_US,
  audience_malformed: NOT_FOR_US,
  audience_mismatch: NOT_FOR_US,
  audience_not_exclusive: NOT_FOR_US,
  token_kind_unexpected: [401, 'invalid_token', 'The token is not an access token'],
  required_claim_missing: INVALID,
  proof_required: INVALID,
  client_not_authorized: INVALID,
  scope_insufficient: [403, 'insufficient_scope', 'A required scope is missing'],
  authentication_insufficient: [
    401,
    'insufficient_user_authentication',
    'A different authentication level is required',
  ],
} as const satisfies Record<RejectionReason, readonly [number, string | undefined, string]>;

const TRACE: unknown = expect.stringMatching(/^[0-9a-f]{12}$/);

export interface Expected {
  /** The scopes that the challenge names. */
  readonly scope?: string;
  readonly realm?: string;
  /** By default that of the usual audience; `''` for none. */
  readonly resourceMetadata?: string;
  /** What was sent, none of which may come back. */
  readonly token?: string | undefined;
}

/** The answer is the one for this reason, to the last byte. */
export async function expectRejection(
  response: Response,
  reason: RejectionReason,
  expected: Expected = {},
): Promise<void> {
  const [status, error, description] = ANSWERS[reason];
  await expectBody(response, {
    statusCode: status,
    ...(error && { error }),
    error_description: description,
    reason,
    ...(reason === 'scope_insufficient' && { scope: expected.scope }),
    trace: TRACE,
  });
  expectChallenge(response, { error, description, ...expected });
  await expectNothingOf(expected.token, response);
}

/** A good token of a client that this route does not serve: 403, and nothing that sends it for another token. */
export async function expectClientForbidden(
  response: Response,
  expected: Expected = {},
): Promise<void> {
  await expectBody(response, {
    statusCode: 403,
    error: 'access_denied',
    error_description: 'The client is not authorized for this operation',
    reason: 'client_not_authorized',
    trace: TRACE,
  });
  expectChallenge(response, expected);
  await expectNothingOf(expected.token, response);
}

/** Nobody can say whether the token is good. */
export async function expectUnavailable(response: Response, retryAfter?: string): Promise<void> {
  await expectBody(response, { statusCode: 503, message: 'Service Unavailable' });
  const { headers } = response;
  if (retryAfter === undefined) expect(headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
  else expect(headers.get('retry-after')).toBe(retryAfter);
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('www-authenticate')).toBeNull();
}

/** The challenge, byte for byte, and that no cache keeps it. */
export function expectChallenge(
  { headers }: Response,
  {
    error,
    description,
    scope,
    realm,
    resourceMetadata = RESOURCE_METADATA,
  }: Expected & { readonly error?: string | undefined; readonly description?: string },
): void {
  const parameters = [
    error && `error="${error}"`,
    scope && `scope="${scope}"`,
    resourceMetadata && `resource_metadata="${resourceMetadata}"`,
    realm && `realm="${realm}"`,
    error && `error_description="${description}"`,
  ].filter(Boolean);
  expect(headers.get('www-authenticate')).toBe(`Bearer ${parameters.join(', ')}`);
  expect(headers.get('cache-control')).toBe('no-store');
}

async function expectBody(
  response: Response,
  body: { statusCode: number; [member: string]: unknown },
): Promise<void> {
  const text = await response.clone().text();
  expect({ status: response.status, body: parsed(text) }).toEqual({
    status: body.statusCode,
    body,
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** No nine characters in a row of what was sent are in the answer or in the log. */
async function expectNothingOf(token: string | undefined, response: Response): Promise<void> {
  if (token === undefined) return;
  const told = [...[...response.headers].flat(), await response.clone().text(), ...log].join('\n');
  for (let at = 0; at + 9 <= token.length; at++) {
    const part = token.slice(at, at + 9);
    if (told.includes(part)) expect.fail(`"${part}" of the token was given away in: ${told}`);
  }
}
