import { describe, expect, it, vi } from 'vitest';
import { Held, json } from '../support/answers.js';
import { JWKS } from '../support/authorization-server.js';
import { COOLDOWN, HOUR, MAX_AGE, pass, stopTheClock } from '../support/clock.js';
import { deployWarm, type Deployment } from '../support/deployment.js';
import { expectRejection } from '../support/expect-rejection.js';
import { ADAPTERS } from '../support/resource-server.js';
import { signingKey } from '../support/signing-key.js';
import { now } from '../support/tokens.js';
import { expectNoCrashes } from './crashes.js';
import { Traffic } from './traffic.js';

stopTheClock();
expectNoCrashes();

const next = () => signingKey('ES256', 'next');
const madeUp = signingKey('ES256', 'made-up');

/** Good tokens of the key of this moment; none expires on its way while the clock is moved. */
function trafficOf({ service, authorizationServer: server }: Deployment): Traffic {
  const { key } = server;
  return new Traffic(service, () => server.issue({ exp: now() + HOUR }, {}, key));
}

/** Has the keys fetched just now, so that the next fetch is a whole cooldown away: the worst moment for a rotation. */
async function causeFetch(deployment: Deployment): Promise<void> {
  pass(COOLDOWN);
  const token = deployment.issue({}, {}, madeUp);
  await expectRejection(await deployment.get('/plain', token), 'key_unknown');
}

/** What OpenID Connect Core §10.1.1 (JWK-10) asks for. */
describe.each(ADAPTERS)('JWK-10: in full traffic on %s', (adapter) => {
  it('a key that is published in time is never refused', async () => {
    const deployment = await deployWarm(adapter);
    const { authorizationServer: server } = deployment;
    const old = trafficOf(deployment);
    await causeFetch(deployment);
    server.rotate(next(), { keepOld: true });
    await old.goOn();
    pass(COOLDOWN);
    const young = trafficOf(deployment);
    await Promise.all([old.goOn(), young.goOn()]);
    expect([old.statuses(), young.statuses()]).toEqual([[200], [200]]);
    expect(server.requests(JWKS)).toBe(3);
  });

  it.each([
    ['another name', next, 'key_unknown'],
    ['the name of the old one', (kid: string) => next().as(kid), 'signature_invalid'],
  ] as const)(
    'a key that replaces another at once, under %s, is refused for a cooldown at most; the other is not let in after',
    async (_name, replacement, reason) => {
      const deployment = await deployWarm(adapter);
      const { authorizationServer: server } = deployment;
      const oldToken = deployment.issue();
      const old = trafficOf(deployment);
      await causeFetch(deployment);
      await old.goOn();

      const replacedAt = performance.now();
      server.rotate(replacement(server.key.kid));
      const young = trafficOf(deployment);
      await Promise.all([old.goOn(), young.goOn()]);
      pass(COOLDOWN - 1);
      await Promise.all([old.goOn(), young.goOn()]);
      expect([old.statuses(), young.statuses()]).toEqual([[200], [401]]);

      const cooledAt = performance.now();
      pass(1);
      await young.goOn();
      const renewedAt = young.firstAnswer(200, replacedAt);
      await Promise.all([old.goOn(), young.goOn()]);
      expect(young.statuses(cooledAt)).toEqual([200]);
      expect(old.statuses(renewedAt)).toEqual([401]);
      await expectRejection(await deployment.get('/plain', oldToken), reason);
      expect(server.requests(JWKS)).toBe(3);
    },
  );

  it('a key that is published during a slow fetch is refused for a cooldown at most', async () => {
    const deployment = await deployWarm(adapter);
    const { authorizationServer: server } = deployment;
    const old = trafficOf(deployment);
    const slow = new Held(json({ keys: server.keys }));
    server.fail(JWKS, slow.answer);
    pass(COOLDOWN);
    const cause = deployment.get('/plain', deployment.issue({}, {}, madeUp));
    await vi.waitFor(() => expect(server.requests(JWKS)).toBe(2));

    server.rotate(next(), { keepOld: true });
    server.recover();
    pass(COOLDOWN);
    const young = [1, 2].map(() => deployment.status(deployment.issue()));
    await old.goOn();
    slow.release();
    await expectRejection(await cause, 'key_unknown');
    expect(await Promise.all(young)).toEqual([200, 200]);
    expect(old.statuses()).toEqual([200]);
    expect(server.requests(JWKS)).toBe(3);
  });

  it('a key that is removed is let in until the next fetch, and the others always', async () => {
    const deployment = await deployWarm(adapter, { maxTokenAgeSeconds: false });
    const { authorizationServer: server } = deployment;
    const oldToken = deployment.issue({ exp: now() + HOUR });
    const old = trafficOf(deployment);
    server.rotate(next(), { keepOld: true });
    pass(COOLDOWN);
    const young = trafficOf(deployment);
    await young.goOn();

    server.rotate(next());
    pass(MAX_AGE - 1);
    await Promise.all([old.goOn(), young.goOn()]);
    expect(old.statuses()).toEqual([200]);
    const agedAt = performance.now();
    pass(1);
    await Promise.all([old.goOn(), young.goOn()]);
    expect(old.statuses(agedAt)).toEqual([401]);
    expect(young.statuses()).toEqual([200]);
    await expectRejection(await deployment.get('/plain', oldToken), 'key_unknown');
  });
});

describe.each(ADAPTERS)('a rotation of keys, on %s', (adapter) => {
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
});
