import { gzipSync } from 'node:zlib';
import { body, drip, hang, hangUp, json, status } from '../support/answers.js';
import { deadline, either, ELSEWHERE, outage, usable, type Fault, type Spoil } from './fault.js';
import * as spoilt from './spoilt-answers.js';

const unreachable = outage(/could not be reached/);
/** Whether Node notices depends on its version. */
const cutOff = outage(/could not be reached|answered no JSON|not a JWK set/);
const tooLong = outage(/answered more than 524288 bytes/);
const notJson = { metadata: outage(/answered no JSON/), keys: outage(/not a JWK set/) };

const SLOW = {
  'no answer': either(deadline, () => hang),
  'headers byte by byte': either(deadline, () => spoilt.dripHeaders),
  'hints without end': either(deadline, () => spoilt.dripHints),
  'headers and nothing more': either(deadline, () => spoilt.headersOnly),
  'half of a body, then silence': either(deadline, (good) =>
    spoilt.half(JSON.stringify(good), 'silence'),
  ),
  'a body byte by byte, without end': either(deadline, () => drip),
  'an answer that takes its time': either(usable, (good) => spoilt.later(100, json(good))),
  'a body in small pieces': either(usable, (good) => spoilt.inPieces(JSON.stringify(good))),
} as const satisfies Record<string, Fault>;

const LARGE = {
  'a body without end': either(tooLong, () => spoilt.endless()),
  'a body as long as announced, which is too long': either(tooLong, () =>
    body(`"${'x'.repeat(524_288)}"`),
  ),
  'a gigabyte, announced': either(tooLong, () =>
    spoilt.endless({ 'content-length': '1000000000' }),
  ),
  'a gzip bomb': either(tooLong, () => spoilt.bombs.gzip),
  'a gzip bomb in gzip': either(tooLong, () => spoilt.bombs['gzip in gzip']),
  'a brotli bomb': either(tooLong, () => spoilt.bombs.brotli),
  'headers without end': either(unreachable, () => spoilt.endlessHeaders),
  'a compressed body': either(usable, (good) =>
    body(gzipSync(JSON.stringify(good)), { 'content-encoding': 'gzip' }),
  ),
} as const satisfies Record<string, Fault>;

const BROKEN = {
  'a connection that is closed before the headers': either(unreachable, () => hangUp),
  'a connection that is reset': either(unreachable, () => spoilt.reset),
  'a connection that is closed within the headers': either(unreachable, () =>
    spoilt.raw('HTTP/1.1 200 OK\r\ncontent-ty'),
  ),
  'a connection that is closed within the body': either(cutOff, (good) =>
    spoilt.halfInChunks(JSON.stringify(good)),
  ),
  'a body shorter than announced': either(unreachable, (good) => {
    const text = JSON.stringify(good);
    return spoilt.half(text, 'end', 2 * text.length);
  }),
  'a body longer than announced': {
    spoil: (good) => body(JSON.stringify(good), { 'content-length': '20' }),
    ...notJson,
  },
  'what is no HTTP': either(unreachable, () => spoilt.raw('SSH-2.0-OpenSSH_9.9\r\n')),
  'a chunk without a length': either(unreachable, () =>
    spoilt.raw('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n{}\r\n'),
  ),
  'a body that is no gzip, though called so': either(unreachable, (good) =>
    body(JSON.stringify(good), { 'content-encoding': 'gzip' }),
  ),
  'a compressed body that is cut off': {
    spoil: (good) =>
      body(gzipSync(JSON.stringify(good)).subarray(0, 40), { 'content-encoding': 'gzip' }),
    ...notJson,
  },
} as const satisfies Record<string, Fault>;

/** One fault for each of these statuses. */
function statuses(
  codes: readonly number[],
  name: string,
  spoil: (code: number) => Spoil,
): Record<string, Fault> {
  const row = (code: number) => either(outage(new RegExp(`answered ${code}`)), spoil(code));
  return Object.fromEntries(codes.map((code) => [`status ${code} ${name}`, row(code)]));
}

/** Only a 200 brings a document, and redirects are not followed, wherever they lead. */
const STATUSES = {
  ...statuses([201, 206, 404, 500], 'with the document', (code) => (good) => {
    const text = JSON.stringify(good);
    return (_request, response) => response.writeHead(code).end(text);
  }),
  ...statuses(
    [204, 304, 429, 503],
    'without a body',
    (code) => () => status(code, { 'retry-after': '1' }),
  ),
  ...statuses(
    [301, 303, 307, 308],
    'that leads to the same host',
    (code) => () => status(code, { location: ELSEWHERE }),
  ),
  ...statuses([302], 'that leads to another host', (code) => (_good, { origin }) => {
    const location = origin.replace('127.0.0.1', 'localhost') + ELSEWHERE;
    return status(code, { location });
  }),
};

/** What can go wrong whatever the document is about. */
export const TRANSPORT_FAULTS = { ...STATUSES, ...BROKEN, ...LARGE, ...SLOW };
