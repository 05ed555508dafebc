import { randomUUID } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import { Held, json } from '../support/answers.js';
import { JWKS } from '../support/authorization-server.js';
import { COOLDOWN, MAX_AGE, pass, stopTheClock } from '../support/clock.js';
import { deployOnce, deployWarm, type Deployment } from '../support/deployment.js';
import { expectRejection } from '../support/expect-rejection.js';
import { ADAPTERS } from '../support/resource-server.js';
import { signingKey } from '../support/signing-key.js';
import { OTHER_AUDIENCE } from '../support/tokens.js';

stopTheClock();

describe.each(ADAPTERS)('the first requests, on %s', (adapter) => {
  it('share one discovery and one fetch of the keys', async () => {
    const slow = new Held((request, response) =>
      json(deployment.authorizationServer.metadata)(request, response),
    );
    const deployment: Deployment = await deployOnce(adapter, {}, {}, (server) =>
      server.fail(server.metadataPath, slow.answer),
    );
    const asked = Array.from({ length: 50 }, () => deployment.status(deployment.issue()));
    expect(await deployment.status(undefined, '/public')).toBe(200);
    slow.release();
    expect(new Set(await Promise.all(asked))).toEqual(new Set([200]));
    const { metadataPath, trail } = deployment.authorizationServer;
    expect(trail).toEqual([metadataPath, JWKS]);
  });

  it('find the keys there already: they were fetched at boot', async () => {
    const { authorizationServer: server } = await deployOnce(adapter);
    await vi.waitFor(() => expect(server.trail).toEqual([server.metadataPath, JWKS]));
  });
});

describe.each(ADAPTERS)('a rotation of keys, on %s', (adapter) => {
  const next = () => signingKey('ES256', 'next');

  it('OpenID Connect Core §10.1.1 (JWK-10) is noticed by the first token that a new key signed, before the keys are old', async () => {
    const deployment = await deployWarm(adapter);
    const { authorizationServer: server } = deployment;
    const old = deployment.issue();
    server.rotate(next(), { keepOld: true });
    pass(COOLDOWN);
    expect(await deployment.status(deployment.issue())).toBe(200);
    expect(await deployment.status(old)).toBe(200);
    expect(server.requests(JWKS)).toBe(2);
  });

  it('OpenID Connect Core §10.1.1 (JWK-10) ends the old key: at the next fetch, and when the keys are old at the latest', async () => {
    const deployment = await deployWarm(adapter, { maxTokenAgeSeconds: false });
    const { authorizationServer: server } = deployment;
    const old = server.key;
    server.rotate(next());
    pass(MAX_AGE - 1);
    expect(await deployment.status(deployment.issue({}, {}, old))).toBe(200);
    pass(1);
    const token = deployment.issue({}, {}, old);
    await expectRejection(await deployment.get('/plain', token), 'key_unknown');
    expect(await deployment.status(deployment.issue())).toBe(200);
  });

  it('is not noticed at all where the new key was published in time', async () => {
    const deployment = await deployWarm(adapter);
    const { authorizationServer: server } = deployment;
    const old = server.key;
    server.rotate(next(), { keepOld: true });
    server.key = old;
    pass(MAX_AGE);
    expect(await deployment.status(deployment.issue())).toBe(200);
    server.rotate(next());
    expect(await deployment.status(deployment.issue())).toBe(200);
    expect(server.requests(JWKS)).toBe(2);
    pass(MAX_AGE);
    expect(await deployment.status(deployment.issue())).toBe(200);
    expect(await deployment.status(deployment.issue({}, {}, old))).toBe(401);
    expect(server.requests(JWKS)).toBe(3);
  });

  it('may change the algorithm under the same name', async () => {
    const deployment = await deployWarm(adapter);
    const { authorizationServer: server } = deployment;
    server.rotate(signingKey('RS256', 'rsa').as(server.key.kid));
    await expectRejection(
      await deployment.get('/plain', deployment.issue()),
      'algorithm_not_allowed',
    );
    pass(COOLDOWN);
    expect(await deployment.status(deployment.issue())).toBe(200);
  });

  it('RFC 7517 §4.5 may keep the name: a bad signature is worth a look at newer keys', async () => {
    const deployment = await deployWarm(adapter);
    const { authorizationServer: server } = deployment;
    const old = deployment.issue();
    server.rotate(next().as(server.key.kid));
    pass(COOLDOWN);
    expect(await deployment.status(deployment.issue())).toBe(200);
    await expectRejection(await deployment.get('/plain', old), 'signature_invalid');
  });
});

describe.each(ADAPTERS)('RFC 8725 §3.10 (JWK-11): a flood of made-up keys, on %s', (adapter) => {
  const madeUp = signingKey('ES256', 'made-up');
  const flood = (deployment: Deployment, claims = {}) =>
    Promise.all(
      Array.from({ length: 100 }, () =>
        deployment.get('/plain', deployment.issue(claims, {}, madeUp.as(randomUUID()))),
      ),
    );

  it('causes one fetch per cooldown at most, and keeps no good token out', async () => {
    const deployment = await deployWarm(adapter);
    const { authorizationServer: server } = deployment;
    const { key: old } = server;
    server.rotate(signingKey('ES256', 'next'), { keepOld: true });
    for (let round = 0; round < 3; round++) {
      const refused = await flood(deployment);
      expect(new Set(refused.map(({ status: code }) => code))).toEqual(new Set([401]));
      expect(server.requests(JWKS)).toBe(1 + round);
      expect(await deployment.status(deployment.issue({}, {}, old))).toBe(200);
      // Published since the last fetch, so known within one cooldown.
      const isKnown = round > 0;
      expect(await deployment.status(deployment.issue())).toBe(isKnown ? 200 : 401);
      pass(COOLDOWN);
    }
  });

  it('causes none at all, if its tokens would be refused with any key', async () => {
    const deployment = await deployWarm(adapter);
    pass(COOLDOWN);
    await flood(deployment, { aud: OTHER_AUDIENCE });
    await flood(deployment, { exp: 1 });
    await flood(deployment, { iss: 'https://as.example.com' });
    expect(deployment.authorizationServer.requests(JWKS)).toBe(1);
  });

  it('does not wait for the fetch one by one', async () => {
    const deployment = await deployWarm(adapter);
    const { authorizationServer: server } = deployment;
    const slow = new Held(json({ keys: server.keys }));
    server.fail(JWKS, slow.answer);
    pass(COOLDOWN);
    const flooding = flood(deployment);
    await vi.waitFor(() => expect(server.requests(JWKS)).toBe(2));
    // Good tokens of known keys pass while it is awaited.
    expect(await deployment.status(deployment.issue())).toBe(200);
    slow.release();
    for (const response of await flooding) expect(response.status).toBe(401);
    expect(server.requests(JWKS)).toBe(2);
  });
});
