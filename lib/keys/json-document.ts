/** Bounds on what an authorization server may make us wait for and read. */
export interface FetchBounds {
  /** One deadline from the connection to the last byte, in milliseconds. */
  readonly timeoutMs: number;
  /** Most bytes of a body, after decompression. */
  readonly maxResponseBytes: number;
  readonly fetch: typeof globalThis.fetch;
}

/** What a server answered: the JSON of a 200 (undefined, if it was none), or only the status of anything else. */
export type JsonDocument =
  | {
      readonly status: 200;
      readonly json: unknown;
      /** `max-age` of `Cache-Control` (RFC 9111 §5.2.2.1), in milliseconds. */
      readonly maxAgeMs: number | undefined;
    }
  | { readonly status: number; readonly json?: undefined; readonly maxAgeMs?: undefined };

/**
 * Gets a JSON document without following redirects.
 *
 * @throws Error with a message for an operator's log: no answer, or one too slow or too large. The message
 * never holds anything of the body.
 */
export async function getJson(
  url: string,
  bounds: FetchBounds,
  cancelled: AbortSignal,
): Promise<JsonDocument> {
  const init = { headers: { accept: 'application/json' } };
  return boundedFetch(url, init, bounds, cancelled, async (response) => {
    if (response.status !== 200) {
      await response.body?.cancel();
      return { status: response.status };
    }
    const text = await boundedText(response, bounds.maxResponseBytes);
    return { status: 200, json: parsed(text), maxAgeMs: maxAgeMs(response.headers) };
  });
}

/**
 * Sends one request, without following redirects, and has its answer read, all before the deadline.
 *
 * @throws Error as {@link getJson} does; its `cause` is what went wrong
 */
export async function boundedFetch<T>(
  url: string,
  init: Pick<RequestInit, 'method' | 'body'> & {
    readonly headers: Readonly<Record<string, string>>;
  },
  { timeoutMs, fetch }: FetchBounds,
  cancelled: AbortSignal,
  read: (response: Response) => Promise<T>,
): Promise<T> {
  const ending = new AbortController();
  const end = (): void => ending.abort();
  // Not AbortSignal.any: a timeout that only it refers to is collected as garbage before it is over.
  const deadline = AbortSignal.timeout(timeoutMs);
  for (const signal of [deadline, cancelled]) signal.addEventListener('abort', end);
  if (cancelled.aborted) end();
  const where = nameOf(url);
  // Minutes pass until the next fetch: a connection that is kept so long is given up just when it is used again.
  const headers = { ...init.headers, connection: 'close' };
  const answer = async (): Promise<T> =>
    read(await fetch(url, { ...init, headers, redirect: 'manual', signal: ending.signal }));
  try {
    return await Promise.race([answer(), rejectAt(ending.signal)]);
  } catch (error) {
    const what = cancelled.aborted
      ? 'is not asked any more'
      : deadline.aborted
        ? `did not answer in full within ${timeoutMs} ms`
        : wordFor(error);
    throw new Error(`${where} ${what}`, { cause: error });
  } finally {
    for (const signal of [deadline, cancelled]) signal.removeEventListener('abort', end);
  }
}

/** The answer is longer than allowed. */
class TooLong extends Error {}

function maxAgeMs(headers: Headers): number | undefined {
  const directive = headers.get('cache-control')?.match(/(?:^|[\s,])max-age="?(\d{1,10})/i);
  return directive ? Number(directive[1]) * 1000 : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/**
 * The body of an answer.
 *
 * @throws TooLong if it has more bytes than allowed
 */
export async function boundedText(response: Response, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw new TooLong(`answered more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** A fetch of the application's own need not heed its signal; the deadline holds all the same. */
function rejectAt(end: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (end.aborted) reject(new Error('deadline'));
    end.addEventListener('abort', () => reject(new Error('deadline')));
  });
}

function wordFor(error: unknown): string {
  if (error instanceof TooLong) return error.message;
  const { cause } = error as { cause?: { code?: unknown } };
  return `could not be reached${typeof cause?.code === 'string' ? ` (${cause.code})` : ''}`;
}

/** A URL as it may stand in a log: without query, which can hold credentials. */
export function nameOf(url: string): string {
  const { origin, pathname } = new URL(url);
  return (origin + pathname).slice(0, LONGEST_QUOTE);
}

/** A server's own word, as it may stand in a log. */
export function quoted(value: unknown): string {
  try {
    return (JSON.stringify(value) ?? 'missing').slice(0, LONGEST_QUOTE);
  } catch {
    // Nested too deep.
    return 'unreadable';
  }
}

const LONGEST_QUOTE = 200;
