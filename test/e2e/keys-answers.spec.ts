import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import { body, drip, hang, hangUp, json, stall, status, type Answer } from '../support/answers.js';
import { JWKS } from '../support/authorization-server.js';
import { deployOnce } from '../support/deployment.js';
import { expectUnavailable } from '../support/expect-rejection.js';
import { log } from '../support/log.js';
import { ADAPTERS } from '../support/resource-server.js';
import { shortRsaKey } from '../support/signing-key.js';

beforeEach(() => {
  log.length = 0;
});

const tooMany = Array.from({ length: 101 }, (_, index) => ({ kty: 'RSA', kid: `${index}` }));
const bomb = gzipSync(Buffer.alloc(50_000_000, 0x20));

/** What an answer is, and what is logged of it. */
const ANSWERS: readonly (readonly [string, Answer, RegExp])[] = [
  ['status 500', status(500), /answered 500/],
  ['status 503', status(503, { 'retry-after': '1' }), /answered 503/],
  ['status 404', status(404), /answered 404/],
  ['status 429', status(429, { 'retry-after': '1' }), /answered 429/],
  ['status 204', status(204), /answered 204/],
  ['status 304', status(304), /answered 304/],
  ['HTML', body('<html>body</html>', { 'content-type': 'text/html' }), /not a JWK set/],
  ['an empty body', body(''), /not a JWK set/],
  ['half a document', body('{"keys":[{"kty":"EC"'), /not a JWK set/],
  ['bytes that are no text', body(Buffer.from([0xff, 0xfe, 0x7b])), /not a JWK set/],
  ['null', body('null'), /not a JWK set/],
  ['a string', body('"keys"'), /not a JWK set/],
  ['a list', body('[]'), /not a JWK set/],
  ['an object without keys', body('{}'), /not a JWK set/],
  ['keys that are null', body('{"keys":null}'), /not a JWK set/],
  ['keys that are no list', body('{"keys":{"a":1}}'), /not a JWK set/],
  ['no keys', body('{"keys":[]}'), /did not contain any keys/],
  ['nothing but null', body('{"keys":[null]}'), /did not contain any keys/],
  ['a short RSA key only', json({ keys: [shortRsaKey(1024).jwk] }), /no key that can verify/],
  ['more keys than allowed', json({ keys: tooMany }), /101 keys, more than .* \(100\)/],
  ['more bytes than allowed', body(`"${'x'.repeat(524_288)}"`), /more than 524288 bytes/],
  ['a bomb', body(bomb, { 'content-encoding': 'gzip' }), /more than 524288 bytes/],
  ['a dropped connection', hangUp, /could not be reached/],
  ['no answer in time', hang, /did not answer in full within 40 ms/],
  ['a body that stops', stall, /did not answer in full within 40 ms/],
  ['a body that comes byte by byte', drip, /did not answer in full within 40 ms/],
];
const ENDLESS: readonly Answer[] = [hang, stall, drip];

describe.each(ADAPTERS)('RFC 8725 §3.10 (JWK-12, JWK-13): 503 by %s', (adapter) => {
  it.each(ANSWERS)('if the key server answers with %s', async (_name, answer, why) => {
    const deployment = await deployOnce(
      adapter,
      ({ jwksUri }) => ({ jwksUri, keys: { timeoutMs: ENDLESS.includes(answer) ? 40 : 5000 } }),
      {},
      (server) => server.fail(JWKS, answer),
    );
    const token = deployment.issue();
    await expectUnavailable(await deployment.get('/plain', token));
    expect(log.filter((line) => line.includes('signing keys'))).toEqual([
      expect.stringMatching(why),
    ]);
    expect(log.join()).not.toContain('body</html>');
  });

  it('if the key server redirects, which is not followed', async () => {
    for (const code of [301, 302, 303, 307, 308]) {
      const deployment = await deployOnce(adapter, {}, {}, (server) => {
        server.fail(JWKS, status(code, { location: `${server.origin}/elsewhere` }));
        server.fail('/elsewhere', json({ keys: server.keys }));
      });
      await expectUnavailable(await deployment.get('/plain', deployment.issue()));
      expect(deployment.authorizationServer.requests('/elsewhere')).toBe(0);
    }
  });

  it.each<[string, typeof globalThis.fetch]>([
    ['heeds no signal', () => new Promise<never>(() => undefined)],
    ['fails in its own way', () => Promise.reject(new Error('no route'))],
    ['fails with what is no error', () => Promise.reject(new Error('no route', { cause: 1 }))],
    ['throws', () => expect.fail('thrown at once')],
    ['answers without a body', () => Promise.resolve(new Response(null, { status: 200 }))],
  ])('if a fetch of the application %s', async (_name, fetch) => {
    const deployment = await deployOnce(adapter, { keys: { fetch, timeoutMs: 40 } });
    await expectUnavailable(await deployment.get('/plain', deployment.issue()));
    expect(log.filter((line) => line.startsWith('error'))).toHaveLength(1);
  });
});

describe.each(ADAPTERS)('bounds on the answers of a key server, for %s', (adapter) => {
  it('are as the options have it, to the byte and to the key', async () => {
    const start = (maxResponseBytes: number, maxKeys: number) =>
      deployOnce(adapter, ({ jwksUri }) => ({ jwksUri, keys: { maxResponseBytes, maxKeys } }));
    const probe = await start(1000, 1);
    expect(await probe.status(probe.issue())).toBe(200);
    const { length } = JSON.stringify({ keys: probe.authorizationServer.keys });

    const exact = await start(length, 1);
    expect(await exact.status(exact.issue())).toBe(200);
    const short = await start(length - 1, 1);
    await expectUnavailable(await short.get('/plain', short.issue()));
  });

  it('do not count what is not JSON about it: a content type of text is fine', async () => {
    const deployment = await deployOnce(adapter, {}, {}, (server) =>
      server.fail(
        JWKS,
        body(JSON.stringify({ keys: server.keys }), { 'content-type': 'text/plain' }),
      ),
    );
    expect(await deployment.status(deployment.issue())).toBe(200);
  });

  it('ask for JSON, without credentials, by the fetch of the application', async () => {
    const asked: unknown[] = [];
    const fetch: typeof globalThis.fetch = (input, init) => {
      const { method, headers, redirect } = new Request(input, init);
      asked.push({ url: input, method, headers: Object.fromEntries(headers), redirect });
      return globalThis.fetch(input, init);
    };
    const deployment = await deployOnce(adapter, { keys: { fetch } });
    expect(await deployment.status(deployment.issue())).toBe(200);
    const { origin, metadataPath, jwksUri } = deployment.authorizationServer;
    const usual = { method: 'GET', headers: { accept: 'application/json' }, redirect: 'manual' };
    expect(asked).toEqual([
      { url: origin + metadataPath, ...usual },
      { url: jwksUri, ...usual },
    ]);
  });
});
