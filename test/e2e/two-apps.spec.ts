import passport from 'passport';
import { Strategy } from 'passport-jwt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AuthorizationServer } from '../support/authorization-server.js';
import { expectRejection } from '../support/expect-rejection.js';
import { ResourceServer, type AdapterName } from '../support/resource-server.js';

const AUDIENCE_A = 'https://a.example.com/mcp';
const AUDIENCE_B = 'https://b.example.com/mcp';

/** The names in Passport's registry, which is one for the whole process. */
function registered(): string[] {
  const { _strategies: strategies } = passport as unknown as { _strategies: object };
  return Object.keys(strategies).toSorted();
}

describe.each<[AdapterName, AdapterName]>([
  ['express', 'express'],
  ['fastify', 'fastify'],
  ['express', 'fastify'],
])('two applications in one process, on %s and %s', (adapterA, adapterB) => {
  let server: AuthorizationServer;
  let a: ResourceServer;
  let b: ResourceServer;
  const before = registered();

  beforeEach(async () => {
    server = await AuthorizationServer.start();
    const { issuer } = server;
    a = await ResourceServer.start(adapterA, { issuer, audience: AUDIENCE_A });
    b = await ResourceServer.start(adapterB, { issuer, audience: AUDIENCE_B });
  });

  afterEach(async () => {
    await Promise.all([a.stop(), b.stop(), server.stop()]);
  });

  /** Each lets its own token in and no other. */
  async function expectOnlyOwn(service: ResourceServer, own: string, other: string): Promise<void> {
    const admitted = await service.request('/plain', { token: server.issue({ aud: own }) });
    expect(admitted.status).toBe(200);
    const token = server.issue({ aud: other });
    await expectRejection(await service.request('/plain', { token }), 'audience_mismatch', {
      token,
      resourceMetadata: new URL('/.well-known/oauth-protected-resource/mcp', own).href,
    });
  }

  it('let in only the tokens that were minted for them', async () => {
    await expectOnlyOwn(a, AUDIENCE_A, AUDIENCE_B);
    await expectOnlyOwn(b, AUDIENCE_B, AUDIENCE_A);
  });

  it('keep to it when they are asked at the same time', async () => {
    const tokens = [AUDIENCE_A, AUDIENCE_B].map((aud) => server.issue({ aud }));
    const asked = Array.from({ length: 20 }, () =>
      [a, b].flatMap((service) => tokens.map((token) => service.request('/plain', { token }))),
    );
    const statuses = (await Promise.all(asked.flat())).map(({ status }) => status);
    expect(statuses).toEqual(Array.from({ length: 20 }, () => [200, 401, 401, 200]).flat());
  });

  it('accept a token for both', async () => {
    const token = server.issue({ aud: [AUDIENCE_A, AUDIENCE_B] });
    for (const service of [a, b]) {
      expect((await service.request('/plain', { token })).status).toBe(200);
    }
  });

  it('do not depend on each other: one goes on when the other has closed', async () => {
    await b.stop();
    await expectOnlyOwn(a, AUDIENCE_A, AUDIENCE_B);
  });

  it('each have a strategy of their own in the registry of Passport, and take it out again', async () => {
    const during = registered();
    expect(during).toHaveLength(before.length + 2);
    await a.stop();
    const [nameOfA] = during.filter((name) => !registered().includes(name));
    expect(registered()).toEqual(during.filter((name) => name !== nameOfA));
    await b.stop();
    expect(registered()).toEqual(before);
  });
});

describe('the name of a strategy', () => {
  let server: AuthorizationServer;
  const start = (strategyName: string): Promise<ResourceServer> =>
    ResourceServer.start('express', { issuer: server.issuer, audience: AUDIENCE_A, strategyName });

  beforeEach(async () => {
    server = await AuthorizationServer.start();
  });

  afterEach(() => server.stop());

  it('is refused at boot while it is in use, and free again afterwards', async () => {
    const first = await start('tickets');
    expect(registered()).toContain('tickets');
    await expect(start('tickets')).rejects.toThrow(/strategyName "tickets" is in use/);
    expect(
      (await first.request('/plain', { token: server.issue({ aud: AUDIENCE_A }) })).status,
    ).toBe(200);
    await first.stop();
    expect(registered()).not.toContain('tickets');
    await (await start('tickets')).stop();
  });

  it('is left to whoever has taken it since', async () => {
    const service = await start('tickets');
    const foreign = new Strategy({ jwtFromRequest: () => null, secretOrKey: 'theirs' }, () => {});
    passport.use('tickets', foreign);
    try {
      await service.stop();
      expect(registered()).toContain('tickets');
    } finally {
      passport.unuse('tickets');
    }
  });

  it('is not that of somebody else, whose strategy stays where it is', async () => {
    const foreign = new Strategy({ jwtFromRequest: () => null, secretOrKey: 'theirs' }, () => {});
    passport.use('jwt', foreign);
    try {
      await expect(start('jwt')).rejects.toThrow(/strategyName "jwt" is in use/);
      await (await start('tickets')).stop();
      expect(registered()).toContain('jwt');
    } finally {
      passport.unuse('jwt');
    }
  });
});
