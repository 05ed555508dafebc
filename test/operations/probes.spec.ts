import { beforeEach, describe, expect, it } from 'vitest';
import { status } from '../support/answers.js';
import { JWKS } from '../support/authorization-server.js';
import { COOLDOWN, MAX_AGE, pass, STALE_WINDOW, stopTheClock } from '../support/clock.js';
import { CONTROLLERS } from '../support/controllers.js';
import { deployOnce, deployWarm, type Deployment } from '../support/deployment.js';
import { log } from '../support/log.js';
import { ADAPTERS } from '../support/resource-server.js';
import { HealthModule } from './examples/health.module.js';
import { ReadinessController } from './examples/readiness.controller.js';

stopTheClock();

beforeEach(() => {
  log.length = 0;
});

type State = 'ok' | 'stale' | 'unavailable';

/** Takes the keys of a service through an outage, and has a look in each state. */
async function throughAnOutage(
  deployment: Deployment,
  look: (state: State, since: number) => Promise<void>,
): Promise<void> {
  const { authorizationServer: server } = deployment;
  const ask = () => deployment.status(deployment.issue());
  const begin = Date.now();
  await look('ok', begin);

  server.fail(JWKS, status(500));
  pass(MAX_AGE);
  expect(await ask()).toBe(200);
  await look('stale', begin + MAX_AGE);

  pass(STALE_WINDOW);
  await look('unavailable', begin + MAX_AGE + STALE_WINDOW);
  expect(await ask()).toBe(503);
  await look('unavailable', begin + MAX_AGE + STALE_WINDOW);

  server.recover();
  pass(COOLDOWN);
  expect(await ask()).toBe(200);
  await look('ok', Date.now());
}

/** What is said of the keys in a state, as JSON. */
function keys({ authorizationServer: server }: Deployment, state: State, since: number) {
  return {
    issuer: server.issuer,
    state,
    since: new Date(since).toISOString(),
    keyCount: 1,
    ...(state !== 'ok' && { lastError: `${server.jwksUri} answered 500` }),
  };
}

describe.each(ADAPTERS)('the probe of @nestjs/terminus in docs/operations.md, on %s', (adapter) => {
  const setup = { imports: [HealthModule] };

  it('is up while keys are at hand, stale ones included, and down without', async () => {
    const deployment = await deployWarm(adapter, {}, setup);
    await throughAnOutage(deployment, async (state, since) => {
      const isUp = state !== 'unavailable';
      const response = await deployment.get('/health');
      const { status: summary, details } = (await response.json()) as Record<string, unknown>;
      expect([response.status, summary]).toEqual(isUp ? [200, 'ok'] : [503, 'error']);
      const issuers = [keys(deployment, state, since)];
      expect(details).toEqual({ 'signing-keys': { status: isUp ? 'up' : 'down', issuers } });
    });
    expect(log.filter((line) => line.includes('Health Check'))).toEqual([]);
  });

  it('is down until the keys have been fetched once', async () => {
    const down = await deployOnce(adapter, {}, setup, (server) => server.fail(JWKS, status(500)));
    expect(await down.status(undefined, '/health')).toBe(503);
    // When the fetch at boot has failed.
    expect(await down.status(down.issue())).toBe(503);
    down.authorizationServer.recover();
    pass(COOLDOWN);
    expect(await down.status(down.issue())).toBe(200);
    expect(await down.status(undefined, '/health')).toBe(200);
  });
});

describe.each(ADAPTERS)('the plain probe in docs/operations.md, on %s', (adapter) => {
  const setup = { controllers: [...CONTROLLERS, ReadinessController] };

  it('is 200 while keys are at hand, stale ones included, and 503 without', async () => {
    const deployment = await deployWarm(adapter, {}, setup);
    await throughAnOutage(deployment, async (state, since) => {
      const response = await deployment.get('/ready');
      expect(response.status).toBe(state === 'unavailable' ? 503 : 200);
      const issuers = [keys(deployment, state, since)];
      expect(await response.json()).toEqual({ status: state, issuers });
    });
  });
});
