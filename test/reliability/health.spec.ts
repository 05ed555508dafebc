import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { AudienceAuthHealth } from 'nestjs-audience-auth';
import { describe, expect, it, onTestFinished } from 'vitest';
import { status } from '../support/answers.js';
import { AuthorizationServer, JWKS } from '../support/authorization-server.js';
import { COOLDOWN, MAX_AGE, pass, SECOND, STALE_WINDOW, stopTheClock } from '../support/clock.js';
import { deployOnce, deployWarm, type Deployment } from '../support/deployment.js';
import { AUDIENCE } from '../support/tokens.js';
import { ResourceServer } from '../support/resource-server.js';
import { signingKey } from '../support/signing-key.js';

stopTheClock();

const health = (service: ResourceServer) => service.app.get(AudienceAuthHealth).check();
const use = (deployment: Deployment) => deployment.status(deployment.issue());

describe('the health of the keys', () => {
  it('is ok while they can be fetched, stale on the last good ones, unavailable without', async () => {
    const changes: unknown[] = [];
    const listener = (state: unknown): void => void changes.push(state);
    subscribe('nestjs-audience-auth:signing-keys', listener);
    onTestFinished(() => {
      unsubscribe('nestjs-audience-auth:signing-keys', listener);
    });

    const deployment = await deployWarm('express');
    const { authorizationServer: server, service } = deployment;
    const { issuer } = server;
    const wellSince = new Date();
    const of = (state: object) => ({ issuer, keyCount: 1, ...state });
    expect(health(service)).toEqual({
      status: 'ok',
      issuers: [of({ state: 'ok', since: wellSince })],
    });

    server.fail(JWKS, status(500));
    pass(MAX_AGE);
    const failingSince = new Date();
    const lastError = `${server.jwksUri} answered 500`;
    await use(deployment);
    const stale = of({ state: 'stale', since: failingSince, lastError });
    expect(health(service)).toEqual({ status: 'stale', issuers: [stale] });

    // No request and no fetch is needed for the last good keys to become too old.
    pass(STALE_WINDOW + SECOND);
    const since = new Date(wellSince.getTime() + MAX_AGE + STALE_WINDOW);
    const unavailable = of({ state: 'unavailable', since, lastError });
    expect(health(service)).toEqual({ status: 'unavailable', issuers: [unavailable] });
    expect(await use(deployment)).toBe(503);

    server.recover();
    server.rotate(signingKey('RS256'), { keepOld: true });
    pass(COOLDOWN);
    expect(await use(deployment)).toBe(200);
    const well = of({ state: 'ok', since: new Date(), keyCount: 2 });
    expect(health(service)).toEqual({ status: 'ok', issuers: [well] });
    expect(changes).toEqual([stale, unavailable, well]);
  });

  it('is unavailable until they have been fetched for the first time', async () => {
    const boot = new Date();
    const deployment = await deployOnce('express', {}, {}, (server) => server.stop());
    pass(SECOND);
    await use(deployment);
    const { issuer } = deployment.authorizationServer;
    expect(health(deployment.service)).toEqual({
      status: 'unavailable',
      issuers: [
        {
          issuer,
          state: 'unavailable',
          since: boot,
          keyCount: 0,
          lastError: expect.stringMatching(/could not be reached \(ECONNREFUSED\)$/) as unknown,
        },
      ],
    });
  });

  it('is as bad as that of the issuer that fares worst', async () => {
    const servers = [await AuthorizationServer.start(), await AuthorizationServer.start()] as const;
    const [one, other] = servers;
    const service = await ResourceServer.start('express', {
      issuer: [one.issuer, other.issuer],
      audience: AUDIENCE,
    });
    onTestFinished(async () => {
      await Promise.all([service, ...servers].map((each) => each.stop()));
    });
    const ask = async () => {
      for (const server of servers) await service.request('/plain', { token: server.issue() });
      const { status: worst, issuers } = health(service);
      return [worst, ...issuers.map(({ state }) => state)];
    };
    expect(await ask()).toEqual(['ok', 'ok', 'ok']);
    other.fail(JWKS, status(500));
    pass(MAX_AGE);
    expect(await ask()).toEqual(['stale', 'ok', 'stale']);
    pass(STALE_WINDOW);
    expect(await ask()).toEqual(['unavailable', 'ok', 'unavailable']);
  });

  it('names no credentials of a URL in its error', async () => {
    const deployment = await deployOnce('express', ({ origin }) => ({
      jwksUri: `${origin}/jwks?key=SECRET`,
    }));
    deployment.authorizationServer.fail('/jwks?key=SECRET', status(403));
    await use(deployment);
    const [{ lastError } = {}] = health(deployment.service).issuers;
    expect(lastError).toBe(`${deployment.authorizationServer.jwksUri} answered 403`);
  });
});
