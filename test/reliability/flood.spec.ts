import { randomUUID } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import { Held, json, status } from '../support/answers.js';
import { JWKS } from '../support/authorization-server.js';
import { COOLDOWN, MAX_AGE, pass, stopTheClock } from '../support/clock.js';
import { deployWarm, type Deployment } from '../support/deployment.js';
import { ADAPTERS } from '../support/resource-server.js';
import { signingKey } from '../support/signing-key.js';
import { OTHER_AUDIENCE, type Claims } from '../support/tokens.js';
import { expectNoCrashes } from './crashes.js';
import { Traffic } from './traffic.js';

stopTheClock();
expectNoCrashes();

/** How often the clock moves during a flood, how far, and how many requests of the flood come in between. */
const STEPS = 8;
const STEP = COOLDOWN / 2;
const REQUESTS_A_STEP = 24;

const stranger = signingKey('ES256', 'stranger');

/** What a token of a flood has that is made up, beside its signature. */
interface MadeUp {
  readonly kid: string | undefined;
  readonly claims?: Claims;
}

/** A kind of made-up token; what is new to the service in each of them depends on the kind. */
type Kind = (deployment: Deployment) => MadeUp;

/** Kinds that newer keys might help. */
const PLAUSIBLE: readonly Kind[] = [
  () => ({ kid: randomUUID() }),
  ({ authorizationServer: { key } }) => ({ kid: key.kid }),
  () => ({ kid: undefined }),
];

/** Kinds that no keys could help. */
const IMPLAUSIBLE: readonly Kind[] = [
  () => ({ kid: randomUUID(), claims: { iss: `https://${randomUUID()}.example.com` } }),
  ({ authorizationServer: { issuer } }) => ({
    kid: randomUUID(),
    claims: { iss: `${issuer}/${randomUUID()}` },
  }),
  () => ({ kid: randomUUID(), claims: { aud: OTHER_AUDIENCE } }),
  () => ({ kid: randomUUID(), claims: { exp: 1 } }),
];

/** Tokens of these kinds in turn. */
function madeUpTokens(deployment: Deployment, kinds: readonly Kind[]): () => string {
  let count = 0;
  return () => {
    const { kid, claims } = kinds[count++ % kinds.length]?.(deployment) ?? { kid: 'x' };
    return deployment.issue(claims, { kid }, stranger);
  };
}

/** A flood of these tokens, for as long as the steps last. */
async function flood(
  { service }: Deployment,
  token: () => string,
  afterStep: (step: number) => void = () => undefined,
): Promise<Traffic> {
  const flooding = new Traffic(service, token, { abreast: 6 });
  for (let step = 1; step <= STEPS; step++) {
    await flooding.goOn(REQUESTS_A_STEP);
    afterStep(step);
    pass(STEP);
  }
  await flooding.goOn(REQUESTS_A_STEP);
  await flooding.stop();
  return flooding;
}

// However slow a busy machine is.
const PATIENCE = { timeout: 60_000 };

describe.each(ADAPTERS)('RFC 8725 §3.10 (JWK-11): a flood, on %s,', PATIENCE, (adapter) => {
  it('keeps no good token out, nor a new key for longer than a cooldown, and causes one fetch per cooldown', async () => {
    const deployment = await deployWarm(adapter);
    const { authorizationServer: server, service } = deployment;
    const { key } = server;
    const newKey = signingKey('ES256', 'next');
    const good = new Traffic(service, () => server.issue({}, {}, key), { abreast: 1 });
    const young: Traffic[] = [];
    let cooledAt = Infinity;

    const flooding = await flood(deployment, madeUpTokens(deployment, PLAUSIBLE), (step) => {
      // Just after a fetch, which is the worst moment.
      if (step === 3) {
        server.rotate(newKey, { keepOld: true });
        young.push(new Traffic(service, () => server.issue({}, {}, newKey), { abreast: 1 }));
      }
      // From the next move of the clock on, a cooldown has passed.
      if (step === 4) cooledAt = performance.now();
    });
    expect(good.statuses()).toEqual([200]);
    expect(flooding.statuses()).toEqual([401]);
    for (const traffic of young) {
      await traffic.goOn();
      expect(traffic.statuses()).toEqual([200, 401]);
      expect(traffic.statuses(cooledAt)).toEqual([200]);
    }
    // The first was before the flood.
    expect(server.requests(JWKS)).toBe(1 + Math.floor((STEPS * STEP) / COOLDOWN));
    expect(server.requests(server.metadataPath)).toBe(1);
  });

  it('causes no fetch at all, if its tokens would be refused with any key', async () => {
    const deployment = await deployWarm(adapter);
    const { authorizationServer: server, service } = deployment;
    const good = new Traffic(service, () => server.issue(), { abreast: 1 });
    const flooding = await flood(deployment, madeUpTokens(deployment, IMPLAUSIBLE));
    expect(good.statuses()).toEqual([200]);
    expect(flooding.statuses()).toEqual([401]);
    expect(server.trail).toEqual([server.metadataPath, JWKS]);
  });

  it('causes no more fetches during an outage, and keeps no good token out', async () => {
    const deployment = await deployWarm(adapter);
    const { authorizationServer: server, service } = deployment;
    server.fail(JWKS, status(500));
    pass(MAX_AGE);
    const good = new Traffic(service, () => server.issue(), { abreast: 1 });
    const flooding = await flood(
      deployment,
      madeUpTokens(deployment, [...PLAUSIBLE, ...IMPLAUSIBLE]),
    );
    expect(good.statuses()).toEqual([200]);
    // A name that nobody knows may be that of a key which nobody can fetch.
    expect(flooding.statuses()).toEqual([401, 503]);
    expect(server.requests(JWKS)).toBe(2 + Math.floor((STEPS * STEP) / COOLDOWN));
    expect(server.requests(server.metadataPath)).toBe(1);
  });

  it('does not wait for the fetch one by one', async () => {
    const deployment = await deployWarm(adapter);
    const { authorizationServer: server } = deployment;
    const slow = new Held(json({ keys: server.keys }));
    server.fail(JWKS, slow.answer);
    pass(COOLDOWN);
    const token = madeUpTokens(deployment, PLAUSIBLE);
    const flooding = Array.from({ length: 99 }, () => deployment.status(token()));
    await vi.waitFor(() => expect(server.requests(JWKS)).toBe(2));
    // Good tokens of known keys pass while it is awaited.
    expect(await deployment.status(deployment.issue())).toBe(200);
    slow.release();
    expect(new Set(await Promise.all(flooding))).toEqual(new Set([401]));
    expect(server.requests(JWKS)).toBe(2);
  });
});
