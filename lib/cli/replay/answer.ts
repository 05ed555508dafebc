import { boundedFetch } from '../../keys/json-document.js';
import { noAnswer } from '../client/ask.js';
import { Failure } from '../failure.js';
import { visible } from '../terminal.js';
import { bearerChallenge } from './bearer.js';
import type { Service } from './fleet.js';
import type { Secrets } from './secrets.js';

/** What a service answered, as far as it is evidence. Nothing of what was sent is in it. */
export interface Answer {
  readonly status: number;
  /** `WWW-Authenticate`. */
  readonly challenge?: string;
  /** `error` in the Bearer challenge (RFC 6750 §3.1); empty, if there is a challenge without one. */
  readonly error?: string;
  /** `reason` in a JSON body, as this library has it. */
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
  secrets: Secrets,
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
        head = headOf(response, secrets);
        if (response.status >= 400) return withBody(head, await beginningOf(response), secrets);
        await response.body?.cancel();
        return head;
      },
    );
  } catch (error) {
    // Status and challenge are there, and only the body never ends.
    if (head) return head;
    const failure = noAnswer(url, error as Error);
    return { silence: secrets.without(failure instanceof Failure ? failure.what : 'no answer') };
  }
}

function headOf({ status, headers }: Response, secrets: Secrets): Answer {
  const challenge = headers.get('www-authenticate');
  if (challenge === null) return { status, namesAudience: false };
  const error = bearerChallenge(challenge)?.get('error');
  return {
    status,
    challenge: visible(secrets.quoted(challenge).slice(0, 300)),
    ...(bearerChallenge(challenge) && { error: isWord(error) ? error : '' }),
    namesAudience: AUDIENCE.test(challenge),
  };
}

const AUDIENCE = /\baud(?:ience|iences)?\b/i;

function withBody(head: Answer, body: string, secrets: Secrets): Answer {
  const reason = reasonIn(body);
  return {
    ...head,
    ...(isWord(reason) && { reason: secrets.quoted(reason) }),
    namesAudience: head.namesAudience || AUDIENCE.test(body),
  };
}

function reasonIn(body: string): unknown {
  try {
    return (JSON.parse(body) as { reason?: unknown } | null)?.reason;
  } catch {
    return undefined;
  }
}

/** A code, and no text that could repeat what was sent. */
function isWord(value: unknown): value is string {
  return typeof value === 'string' && /^[a-z][a-z_]{0,39}$/.test(value);
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
