import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { getJson, nameOf, quoted, type FetchBounds } from '../../lib/keys/json-document.js';

const URL = 'https://as.example.com/jwks?key=secret';
const NEVER = new AbortController().signal;
const TIMEOUT = { timeout: 2000 };

/** What a server that answers in this way is found to say, or the message of the error. */
function read(
  fetch: FetchBounds['fetch'],
  bounds: Partial<FetchBounds> = {},
  cancelled: AbortSignal = NEVER,
): Promise<unknown> {
  const usual = { timeoutMs: 1000, maxResponseBytes: 100, fetch };
  return getJson(URL, { ...usual, ...bounds }, cancelled).catch(({ message }: Error) => message);
}
const answering =
  (...[body, init]: ConstructorParameters<typeof Response>): FetchBounds['fetch'] =>
  () =>
    Promise.resolve(new Response(body, init));
const ok = (json: unknown, maxAgeMs?: number) => ({ status: 200, json, maxAgeMs });

describe('a JSON document', () => {
  it('is asked for with one request that follows no redirect', TIMEOUT, async () => {
    const asked: unknown[] = [];
    await read((input, { signal, ...init } = {}) => {
      asked.push(input, init, signal?.aborted);
      return Promise.resolve(new Response('{}'));
    });
    const init = {
      headers: { accept: 'application/json', connection: 'close' },
      redirect: 'manual',
    };
    expect(asked).toEqual([URL, init, false]);
  });

  it.each([
    ['{"a":[1]}', { a: [1] }],
    ['"\u00e4"', '\u00e4'],
    ['null', null],
    ['', undefined],
    ['{', undefined],
    [null, undefined],
  ])('of the text %j is %j', async (text, json) => {
    expect(await read(answering(text))).toEqual(ok(json));
  });

  it('may come in parts, none of which has to be a character', async () => {
    const parts = [...new TextEncoder().encode('"\u00e4"')].map((byte) => Uint8Array.of(byte));
    expect(await read(answering(ReadableStream.from(parts)))).toEqual(ok('\u00e4'));
  });

  it.each([
    ['max-age=60', 60_000],
    ['public, max-age=60', 60_000],
    ['public,max-age=60,immutable', 60_000],
    ['Max-Age="60"', 60_000],
    ['max-age=0', 0],
    ['max-age=9999999999', 9_999_999_999_000],
    ['max-age=', undefined],
    ['max-age=-1', undefined],
    ['max-age=soon', undefined],
    ['s-maxage=60', undefined],
    ['x-max-age=60', undefined],
    ['no-store', undefined],
  ])('RFC 9111 §5.2.2.1: may be kept as %s says: %s ms', async (header, maxAgeMs) => {
    const answer = answering('{}', { headers: { 'cache-control': header } });
    expect(await read(answer)).toEqual(ok({}, maxAgeMs));
  });

  it.each([201, 204, 302, 404, 500])('is in no answer but 200; not in %i', async (status) => {
    expect(await read(answering(status === 204 ? null : '{}', { status }))).toEqual({ status });
  });

  it('is not read where the status is not 200', async () => {
    let cancelled = false;
    const body = new ReadableStream({ cancel: () => void (cancelled = true) });
    expect(await read(answering(body, { status: 404 }))).toEqual({ status: 404 });
    expect(cancelled).toBe(true);
  });

  it('has a greatest length', async () => {
    const longest = `"${'x'.repeat(98)}"`;
    expect(await read(answering(longest))).toEqual(ok('x'.repeat(98)));
    expect(await read(answering(`${longest} `))).toBe(
      'https://as.example.com/jwks answered more than 100 bytes',
    );
  });

  it('is not waited for beyond the deadline, heeded or not', TIMEOUT, async () => {
    const slow = 'https://as.example.com/jwks did not answer in full within 20 ms';
    let signal: AbortSignal | null | undefined;
    const deaf: FetchBounds['fetch'] = (_input, init) => {
      signal = init?.signal;
      return new Promise<never>(() => undefined);
    };
    expect(await read(deaf, { timeoutMs: 20 })).toBe(slow);
    expect(signal?.aborted).toBe(true);
    const stalled = answering(new ReadableStream());
    expect(await read(stalled, { timeoutMs: 20 })).toBe(slow);
  });

  it('is not waited for once it is not needed any more', TIMEOUT, async () => {
    const unneeded = 'https://as.example.com/jwks is not asked any more';
    const asked: unknown[] = [];
    const hanging: FetchBounds['fetch'] = (_input, init) => {
      asked.push(init?.signal?.aborted);
      return new Promise<never>(() => undefined);
    };
    const closing = new AbortController();
    const reading = read(hanging, {}, closing.signal);
    closing.abort();
    expect(await reading).toBe(unneeded);
    expect(await read(hanging, {}, closing.signal)).toBe(unneeded);
    expect(asked).toEqual([false, true]);
  });

  it('leaves nothing behind on the signal that can cancel it', async () => {
    const closing = new AbortController();
    await read(answering('{}'), {}, closing.signal);
    await read(answering(null, { status: 500 }), {}, closing.signal);
    await read(() => Promise.reject(new Error('x')), {}, closing.signal);
    expect(getEventListeners(closing.signal, 'abort')).toEqual([]);
  });

  it.each<[Error, string]>([
    [
      new Error('x', { cause: Object.assign(new Error('x'), { code: 'ECONNREFUSED' }) }),
      ' (ECONNREFUSED)',
    ],
    [new Error('x', { cause: { code: 5 } }), ''],
    [new Error('secret'), ''],
  ])('cannot be had where no answer comes: %o', async (error, code) => {
    const failing = async () => {
      throw error;
    };
    expect(await read(failing)).toBe(`https://as.example.com/jwks could not be reached${code}`);
  });
});

it('tells an operator’s debugger what the reason was', async () => {
  const reason = new Error('x');
  const bounds = { timeoutMs: 1000, maxResponseBytes: 100, fetch: () => Promise.reject(reason) };
  await expect(getJson(URL, bounds, NEVER)).rejects.toHaveProperty('cause', reason);
});

it('a word of a server is quoted, whatever it is', () => {
  expect(quoted('a"b')).toBe('"a\\"b"');
  expect(quoted(undefined)).toBe('missing');
  expect(quoted(JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`))).toBe('unreadable');
});

it('a URL is named without what may be secret in it, and not at any length', () => {
  expect(nameOf('https://user:secret@as.example.com:8443/a/b?secret#secret')).toBe(
    'https://as.example.com:8443/a/b',
  );
  const long = `https://as.example.com/${'x'.repeat(300)}`;
  expect(nameOf(long)).toBe(long.slice(0, 200));
});
