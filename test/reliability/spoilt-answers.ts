import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { body, type Answer } from '../support/answers.js';

const MEGABYTE = 1_000_000;
const BLANKS = Buffer.alloc(65_536, ' ');
const JSON_TYPE = { 'content-type': 'application/json' };

/** Answers after a while. */
export function later(milliseconds: number, answer: Answer): Answer {
  return (request, response) =>
    whileOpen(
      response,
      setTimeout(() => answer(request, response), milliseconds),
    );
}

/** Answers with headers, and nothing after them. */
export const headersOnly: Answer = (_request, response) =>
  response.writeHead(200, JSON_TYPE).flushHeaders();

/** Sends header after header, one at a time, and never comes to the body. */
export const dripHeaders: Answer = ({ socket }, response) => {
  socket.write('HTTP/1.1 200 OK\r\n');
  whileOpen(
    response,
    setInterval(() => socket.write('a: b\r\n'), 20),
  );
};

/** Announces an answer, again and again (RFC 8297 §2). */
export const dripHints: Answer = ({ socket }, response) => {
  whileOpen(
    response,
    setInterval(() => socket.write('HTTP/1.1 103 Early Hints\r\n\r\n'), 5),
  );
};

/** Sends header after header, as fast as they are taken. */
export const endlessHeaders: Answer = async ({ socket }) => {
  socket.write('HTTP/1.1 200 OK\r\n');
  while (!socket.destroyed) {
    if (!socket.write(`a: ${'b'.repeat(1000)}\r\n`)) await drained(socket);
  }
};

/** Sends blanks, as fast as they are taken. */
export function endless(headers: Record<string, string> = {}): Answer {
  return async (_request, response) => {
    response.writeHead(200, { ...JSON_TYPE, ...headers });
    while (!response.destroyed) if (!response.write(BLANKS)) await drained(response);
  };
}

/** A document in small pieces, all of which arrive. */
export function inPieces(text: string): Answer {
  return async (_request, response) => {
    response.writeHead(200, JSON_TYPE);
    for (const piece of text.match(/.{1,16}/g) ?? []) {
      await new Promise((written) => response.write(piece, written));
    }
    response.end();
  };
}

/** Half of a document; then the connection ends, or stays open and silent. */
export function half(text: string, then: 'end' | 'silence', declared = text.length): Answer {
  return (_request, response) => {
    response.writeHead(200, { ...JSON_TYPE, 'content-length': declared });
    response.write(text.slice(0, text.length / 2), () => {
      if (then === 'end') response.destroy();
    });
  };
}

/** Half of a chunked document; then the connection ends before the last chunk. */
export function halfInChunks(text: string): Answer {
  return (_request, response) =>
    response.writeHead(200, JSON_TYPE).write(text.slice(0, text.length / 2), () => {
      response.destroy();
    });
}

/** These bytes and no others, whether that is HTTP or not; then the connection ends. */
export function raw(bytes: string): Answer {
  return ({ socket }) => socket.end(bytes);
}

/** Resets the connection, in the middle of nothing. */
export const reset: Answer = ({ socket }) => socket.resetAndDestroy();

/** Little that becomes very much when it is decompressed. */
export const bombs: Readonly<Record<'gzip' | 'gzip in gzip' | 'brotli', Answer>> = {
  gzip: body(gigabyte(), { 'content-encoding': 'gzip' }),
  'gzip in gzip': body(gzipSync(gigabyte()), { 'content-encoding': 'gzip, gzip' }),
  brotli: body(
    brotliCompressSync(Buffer.alloc(50 * MEGABYTE, ' '), {
      params: { [constants.BROTLI_PARAM_QUALITY]: 1 },
    }),
    { 'content-encoding': 'br' },
  ),
};

/** RFC 1952 §2.2: the members of a gzip file follow each other. */
function gigabyte(): Buffer {
  const member = gzipSync(Buffer.alloc(10 * MEGABYTE, ' '));
  return Buffer.concat(Array.from({ length: 100 }, () => member));
}

function whileOpen(response: ServerResponse, timer: NodeJS.Timeout): void {
  response.once('close', () => clearInterval(timer));
}

/** Waits until more can be written, or nothing any more. */
async function drained(stream: NodeJS.WritableStream): Promise<void> {
  const over = new AbortController();
  const { signal } = over;
  await Promise.race([once(stream, 'drain', { signal }), once(stream, 'close', { signal })]).catch(
    () => undefined,
  );
  over.abort();
}
