import { setTimeout } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { Held, json, status, type Answer } from '../support/answers.js';
import { JWKS, type AuthorizationServer } from '../support/authorization-server.js';
import { COOLDOWN, MAX_AGE, pass, stopTheClock } from '../support/clock.js';
import { deployOnce, type Deployment } from '../support/deployment.js';
import { rawRequest } from '../support/raw-request.js';
import { ADAPTERS, type AdapterName } from '../support/resource-server.js';
import { expectNoCrashes } from './crashes.js';

stopTheClock();
expectNoCrashes();

/** Connections that are opened at a time; more would be lost on the way. */
const BATCH = 100;

// However slow a busy machine is.
const PATIENCE = { timeout: 60_000 };

/** A service that counts the requests that have come in, and an authorization server that keeps its answers back. */
async function holdBack(
  adapter: AdapterName,
  path: (server: AuthorizationServer) => string,
  then: (server: AuthorizationServer) => Answer,
) {
  const held = new Held((request, response) =>
    then(deployment.authorizationServer)(request, response),
  );
  let arrived = 0;
  const deployment: Deployment = await deployOnce(
    adapter,
    { keys: { timeoutMs: PATIENCE.timeout } },
    {
      configure: (app) =>
        app.use((_request: unknown, _response: unknown, next: () => void) => {
          arrived++;
          next();
        }),
    },
    (server) => server.fail(path(server), held.answer),
  );
  const ask = async (token: string): Promise<number> => {
    const { url } = deployment.service;
    return (await rawRequest(`${url}/plain`, [`Authorization: Bearer ${token}`])).status;
  };
  /** Sends all of them before any is answered. */
  const stampede = async (size: number): Promise<Set<number>> => {
    arrived = 0;
    const token = deployment.issue();
    const asked: Promise<number>[] = [];
    while (asked.length < size) {
      for (let count = 0; count < BATCH; count++) asked.push(ask(token));
      while (arrived < asked.length) await setTimeout(2);
    }
    held.release();
    return new Set(await Promise.all(asked));
  };
  return { deployment, stampede };
}

describe.each(ADAPTERS)('requests that come all at a time, on %s,', PATIENCE, (adapter) => {
  it('share one discovery and one fetch of the keys, if they are a thousand first ones', async () => {
    const { deployment, stampede } = await holdBack(
      adapter,
      ({ metadataPath }) => metadataPath,
      ({ metadata }) => json(metadata),
    );
    const { metadataPath, trail } = deployment.authorizationServer;
    expect(await deployment.status(undefined, '/public')).toBe(200);
    expect(await stampede(1000)).toEqual(new Set([200]));
    expect(trail).toEqual([metadataPath, JWKS]);
  });

  it('share one failure, too', async () => {
    const { deployment, stampede } = await holdBack(
      adapter,
      () => JWKS,
      () => status(500),
    );
    expect(await stampede(200)).toEqual(new Set([503]));
    expect(deployment.authorizationServer.requests(JWKS)).toBe(1);
    pass(COOLDOWN);
    expect(await stampede(200)).toEqual(new Set([503]));
    expect(deployment.authorizationServer.requests(JWKS)).toBe(2);
  });

  it('share one fetch, if the keys have become too old', async () => {
    const { deployment, stampede } = await holdBack(
      adapter,
      () => JWKS,
      ({ keys }) => json({ keys }),
    );
    expect(await stampede(200)).toEqual(new Set([200]));
    pass(MAX_AGE);
    expect(await stampede(200)).toEqual(new Set([200]));
    const { metadataPath, trail } = deployment.authorizationServer;
    expect(trail).toEqual([metadataPath, JWKS, JWKS]);
  });
});

describe.each(ADAPTERS)('the first requests, on %s,', (adapter) => {
  it('find the keys there already: they were fetched at boot', async () => {
    const { authorizationServer: server } = await deployOnce(adapter);
    await vi.waitFor(() => expect(server.trail).toEqual([server.metadataPath, JWKS]), {
      timeout: 10_000,
    });
  });
});
