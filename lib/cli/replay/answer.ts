import { boundedFetch } from '../../keys/json-document.js';
import { REJECTIONS } from '../../rejection/rejections.js';
import { noAnswer } from '../client/ask.js';
import { bearerChallenge } from './bearer.js';
import type { Service } from './fleet.js';

/**
 * What a service answered, as far as it is evidence. There is nothing in it of a service's own words, which may repeat
 * the token in whatever spelling: only what is known beforehand.
 */
export interface Answer {
  readonly status: number;
  /** The Bearer challenge: its error, and the names of its other parameters. */
  readonly challenge?: string;
  /** `error` in it, if it is one of RFC 6750 §3.1 or RFC 9470 §3. */
  readonly error?: string;
  /** `reason` in a JSON body, if it is one of this library. */
  readonly reason?: string;
  /** Whether challenge or body speak of the audience. */
  readonly namesAudience: boolean;
}

/** There was no answer, and why. */
export interface Silence {
  readonly silence: string;
}

/** Of a body, more is not looked at. */
const MOST_BYTES = 65_536;

/** Sends one request and reads what of its answer is evidence. Redirects are not followed, and a success is not read. */
export async function answerOf(
  { url, method }: Service,
  token: string | undefined,
  timeoutMs: number,
): Promise<Answer | Silence> {
  const headers = {
    accept: 'application/json',
    'user-agent': 'audience-auth replay',
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  };
  let head: Answer | undefined;
  try {
    return await boundedFetch(
      url,
      { method, headers, body: null },
      { timeoutMs, maxResponseBytes: MOST_BYTES, fetch: globalThis.fetch },
      new AbortController().signal,
      async (response) => {
        head = headOf(response);
        if (response.status >= 400) return withBody(head, await beginningOf(response));
        await response.body?.cancel();
        return head;
      },
    );
  } catch (error) {
    // Status and challenge may be there, and only the body not end.
    return head ?? { silence: noAnswer(url, error as Error).what };
  }
}

function headOf({ status, headers }: Response): Answer {
  const header = headers.get('www-authenticate') ?? '';
  const parameters = bearerChallenge(header);
  const error = ERRORS.find((each) => each === parameters?.get('error'));
  return {
    status,
    ...(parameters && { challenge: challengeOf(parameters, error) }),
    ...(error !== undefined && { error }),
    namesAudience: AUDIENCE.test(parameters?.get('error_description') ?? ''),
  };
}

const ERRORS = [
  'invalid_request',
  'invalid_token',
  'insufficient_scope',
  'insufficient_user_authentication',
];

const PARAMETERS = ['scope', 'resource_metadata', 'realm', 'error_description', 'error_uri'];

/** Not AUD, which is money. */
const AUDIENCE = /\b(?:aud|[Aa]udiences?)\b/;

/** `Bearer error="invalid_token", scope=…`. */
function challengeOf(parameters: ReadonlyMap<string, string>, error: string | undefined): string {
  const known = PARAMETERS.filter((name) => parameters.has(name)).map((name) => `${name}=…`);
  const errors = error === undefined ? [] : [`error="${error}"`];
  return ['Bearer', [...errors, ...known].join(', ')].join(' ').trim();
}

function withBody(head: Answer, body: string): Answer {
  const said = jsonIn(body);
  const reason = Object.keys(REJECTIONS).find((each) => each === said?.reason);
  const messages = said ? MESSAGES.map((name) => String(said[name])) : [body];
  return {
    ...head,
    ...(reason !== undefined && { reason }),
    namesAudience: head.namesAudience || messages.some((each) => AUDIENCE.test(each)),
  };
}

/** Where JSON says why: elsewhere in it an audience may be anything, such as a part of the URL. */
const MESSAGES = ['error', 'error_description', 'message', 'detail', 'title'];

function jsonIn(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return Object(JSON.parse(body)) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

async function beginningOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    bytes += chunk.byteLength;
    if (bytes >= MOST_BYTES) break;
  }
  return Buffer.concat(chunks).toString('utf8');
}
