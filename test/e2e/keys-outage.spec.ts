import { beforeEach, describe, expect, it, vi } from 'vitest';
import { body, hang, json, status } from '../support/answers.js';
import { AuthorizationServer, JWKS } from '../support/authorization-server.js';
import {
  COOLDOWN,
  HOUR,
  MAX_AGE,
  pass,
  SECOND,
  STALE_WINDOW,
  stopTheClock,
} from '../support/clock.js';
import { deployOnce, deployWarm } from '../support/deployment.js';
import { expectRejection, expectUnavailable } from '../support/expect-rejection.js';
import { log } from '../support/log.js';
import { ADAPTERS } from '../support/resource-server.js';
import { signingKey } from '../support/signing-key.js';

stopTheClock();

beforeEach(() => {
  log.length = 0;
});

describe.each(ADAPTERS)('an authorization server that is down, on %s', (adapter) => {
  it('at boot: the service starts, answers 503, and lets in once the server is up', async () => {
    const deployment = await deployOnce(adapter, {}, {}, (server) => server.stop());
    const token = deployment.issue();
    await expectUnavailable(await deployment.get('/plain', token), '5');
    pass(2 * SECOND);
    await expectUnavailable(await deployment.get('/plain', token), '3');
    // What needs no keys is answered as ever.
    expect(await deployment.status(token, '/public')).toBe(200);
    await expectRejection(await deployment.get('/plain'), 'token_missing');
    await expectRejection(await deployment.get('/plain', 'x'), 'token_malformed');

    await deployment.authorizationServer.restart();
    await expectUnavailable(await deployment.get('/plain', token), '3');
    pass(3 * SECOND);
    expect(await deployment.status(token)).toBe(200);
  });

  it('later: the last good keys stay in use for the stale window, then it is 503', async () => {
    const deployment = await deployWarm(adapter);
    const { authorizationServer: server } = deployment;
    server.fail(JWKS, status(500));
    for (const wait of [MAX_AGE, COOLDOWN, STALE_WINDOW - COOLDOWN - 1]) {
      pass(wait);
      expect(await deployment.status(deployment.issue())).toBe(200);
    }
    pass(1);
    await expectUnavailable(await deployment.get('/plain', deployment.issue()));

    server.recover();
    pass(COOLDOWN);
    expect(await deployment.status(deployment.issue())).toBe(200);
  });
});

describe.each(ADAPTERS)('an authorization server in trouble, for %s', (adapter) => {
  it('is asked once per cooldown, however many requests come', async () => {
    const deployment = await deployWarm(adapter);
    const { authorizationServer: server } = deployment;
    server.fail(JWKS, status(500));
    pass(MAX_AGE);
    for (let round = 1; round <= 3; round++) {
      const asked = Array.from({ length: 10 }, () => deployment.get('/plain', deployment.issue()));
      for (const response of await Promise.all(asked)) expect(response.status).toBe(200);
      await vi.waitFor(() => expect(server.requests(JWKS)).toBe(1 + round));
      pass(COOLDOWN);
    }
  });

  it('keeps nobody waiting for a retry who can be served from the last good keys', async () => {
    const deployment = await deployWarm(adapter);
    const { authorizationServer: server } = deployment;
    server.fail(JWKS, status(500));
    pass(MAX_AGE);
    expect(await deployment.status(deployment.issue())).toBe(200);
    pass(COOLDOWN);
    server.fail(JWKS, hang);
    expect(await deployment.status(deployment.issue())).toBe(200);
    await vi.waitFor(() => expect(server.requests(JWKS)).toBe(3));
  });

  it('leaves a key that may have been published since undecided, and a bad signature bad', async () => {
    const deployment = await deployWarm(adapter);
    const { authorizationServer: server } = deployment;
    server.fail(JWKS, status(500));
    pass(COOLDOWN);
    const unknown = deployment.issue({}, {}, signingKey('ES256', 'unheard-of'));
    await expectUnavailable(await deployment.get('/plain', unknown));
    const forged = deployment.issue({}, {}, signingKey('ES256', 'forger').as(server.key.kid));
    await expectRejection(await deployment.get('/plain', forged), 'signature_invalid');
    expect(await deployment.status(deployment.issue())).toBe(200);
  });

  it('is logged once per change of state, and never with a token or a body', async () => {
    const deployment = await deployWarm(adapter);
    const { authorizationServer: server } = deployment;
    const ask = () => deployment.get('/plain', deployment.issue());
    const keyLines = () => log.filter((line) => line.includes('signing keys'));
    expect(keyLines()).toEqual([]);

    server.fail(JWKS, body('<html>secret-of-the-body</html>'));
    pass(MAX_AGE);
    for (let count = 0; count < 3; count++) await ask();
    pass(COOLDOWN);
    await ask();
    expect(keyLines()).toEqual([
      expect.stringMatching(/^warn .*stay in use.*not a JWK set.* AudienceAuthModule$/),
    ]);

    pass(STALE_WINDOW);
    for (let count = 0; count < 3; count++) await expectUnavailable(await ask());
    expect(keyLines()).toHaveLength(2);
    expect(keyLines()[1]).toMatch(/^error .*503/);

    server.recover();
    pass(COOLDOWN);
    for (let count = 0; count < 3; count++) await ask();
    expect(keyLines()).toHaveLength(3);
    expect(keyLines()[2]).toMatch(/^log .* again/);
    expect(log.join('\n')).not.toContain('secret-of-the-body');
    expect(log.join('\n')).not.toContain('eyJ');
  });

  it('is asked as often as the options have it', async () => {
    const deployment = await deployWarm(adapter, {
      keys: { cacheMaxAgeMs: 1000, cooldownMs: 100, staleMaxAgeMs: 500 },
    });
    const { authorizationServer: server } = deployment;
    server.fail(JWKS, status(500));
    pass(1000);
    expect(await deployment.status(deployment.issue())).toBe(200);
    pass(499);
    expect(await deployment.status(deployment.issue())).toBe(200);
    pass(1);
    await expectUnavailable(await deployment.get('/plain', deployment.issue()), '1');
    server.recover();
    // The last attempt was a millisecond before the end of the window.
    pass(98);
    expect(await deployment.status(deployment.issue())).toBe(503);
    pass(1);
    expect(await deployment.status(deployment.issue())).toBe(200);
  });

  it('is asked anew when the clock of this machine was set back', async () => {
    const deployment = await deployWarm(adapter, { maxTokenAgeSeconds: false });
    pass(-HOUR);
    expect(await deployment.status(deployment.issue())).toBe(200);
    expect(deployment.authorizationServer.requests(JWKS)).toBe(2);
  });

  it('may have moved its keys: after a 4xx they are looked for again', async () => {
    const deployment = await deployWarm(adapter);
    const { authorizationServer: server } = deployment;
    server.fail(JWKS, status(404));
    server.fail('/new-keys', json({ keys: server.keys }));
    server.metadata['jwks_uri'] = `${server.origin}/new-keys`;
    pass(MAX_AGE);
    expect(await deployment.status(deployment.issue())).toBe(200);
    pass(COOLDOWN);
    await deployment.get('/plain', deployment.issue());
    await vi.waitFor(() => expect(server.requests('/new-keys')).toBe(1));
  });

  it('is not asked for its metadata beside its keys, as long as the last good ones are in use', async () => {
    const deployment = await deployWarm(adapter);
    const { authorizationServer: server } = deployment;
    const { metadataPath } = server;
    const unheardOf = signingKey('ES256', 'unheard-of');
    server.fail(JWKS, status(500));
    pass(MAX_AGE);
    for (let round = 2; round <= 3; round++) {
      expect(await deployment.status(deployment.issue())).toBe(200);
      // Whom the last good keys do not help waits for the attempt to end.
      expect(await deployment.status(deployment.issue({}, {}, unheardOf))).toBe(503);
      expect(server.requests(JWKS)).toBe(round);
      pass(COOLDOWN);
    }
    expect(server.requests(metadataPath)).toBe(1);
    pass(STALE_WINDOW);
    await expectUnavailable(await deployment.get('/plain', deployment.issue()));
    pass(COOLDOWN);
    await expectUnavailable(await deployment.get('/plain', deployment.issue()));
    expect(server.requests(metadataPath)).toBe(2);
  });

  it('is asked at once when the clock was set back during the trouble', async () => {
    const deployment = await deployOnce(adapter, { maxTokenAgeSeconds: false }, {}, (server) =>
      server.fail(JWKS, status(500)),
    );
    await expectUnavailable(await deployment.get('/plain', deployment.issue()), '5');
    deployment.authorizationServer.recover();
    pass(-HOUR);
    expect(await deployment.status(deployment.issue())).toBe(200);
  });
});

describe.each(ADAPTERS)('the keys of several issuers, on %s', (adapter) => {
  it('are kept apart: the trouble of one is not that of the other', async () => {
    const other = await AuthorizationServer.start();
    const { origin } = other;
    await other.stop();
    const deployment = await deployOnce(adapter, (server) => ({
      issuer: [server.issuer, origin],
    }));
    expect(await deployment.status(deployment.issue())).toBe(200);
    await expectUnavailable(await deployment.get('/plain', other.issue()));
    expect(await deployment.status(deployment.issue())).toBe(200);
  });
});
