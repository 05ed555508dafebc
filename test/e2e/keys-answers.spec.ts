import { beforeEach, describe, expect, it } from 'vitest';
import { deployOnce } from '../support/deployment.js';
import { expectUnavailable } from '../support/expect-rejection.js';
import { log } from '../support/log.js';
import { ADAPTERS } from '../support/resource-server.js';

beforeEach(() => {
  log.length = 0;
});

describe.each(ADAPTERS)('RFC 8725 §3.10 (JWK-12, JWK-13): 503 by %s', (adapter) => {
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
    const headers = { accept: 'application/json', connection: 'close' };
    const usual = { method: 'GET', headers, redirect: 'manual' };
    expect(asked).toEqual([
      { url: origin + metadataPath, ...usual },
      { url: jwksUri, ...usual },
    ]);
  });
});
