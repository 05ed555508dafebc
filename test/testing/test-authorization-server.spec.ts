import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import {
  TestAuthorizationServer,
  type Fault,
  type PublishedDocument,
} from 'nestjs-audience-auth/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { pass, SECOND, stopTheClock } from '../support/clock.js';
import { SIGNING_ALGORITHMS } from '../support/signing-key.js';
import { AUDIENCE } from '../support/tokens.js';

const start = async (
  ...options: Parameters<typeof TestAuthorizationServer.start>
): Promise<TestAuthorizationServer> => {
  const server = await TestAuthorizationServer.start(...options);
  onTestFinished(() => server.stop());
  return server;
};

const read = async (url: string): Promise<unknown> => (await fetch(url)).json();
const deadline = () => ({ signal: AbortSignal.timeout(100) });

describe('what it publishes', () => {
  it.each(['oauth-authorization-server', 'openid-configuration'])(
    'RFC 8414 §2, §3.3: metadata at /.well-known/%s, of the very issuer',
    async (name) => {
      const server = await start();
      expect(server.issuer).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
      expect(await read(`${server.issuer}/.well-known/${name}`)).toMatchObject({
        issuer: server.issuer,
        jwks_uri: server.jwksUri,
        response_types_supported: [],
      });
    },
  );

  it('RFC 7517 §9.2: public keys, and nothing private', async () => {
    for (const algorithm of SIGNING_ALGORITHMS) {
      const { jwksUri } = await start({ algorithm });
      const { keys } = (await read(jwksUri)) as { keys: object[] };
      expect(keys).toEqual([expect.objectContaining({ alg: algorithm, use: 'sig' })]);
      const names = keys.flatMap((key) => Object.keys(key));
      expect(names.filter((name) => ['d', 'p', 'q', 'k'].includes(name))).toEqual([]);
    }
  });

  it('nothing else', async () => {
    const { issuer } = await start();
    expect((await fetch(`${issuer}/token`)).status).toBe(404);
  });
});

describe('what it issues', () => {
  stopTheClock();

  it.each(SIGNING_ALGORITHMS)('RFC 7515 §5.1: jose verifies it, with %s', async (algorithm) => {
    const server = await start({ algorithm });
    const keys = createRemoteJWKSet(new URL(server.jwksUri));
    const expected = { issuer: server.issuer, audience: AUDIENCE, algorithms: [algorithm] };
    const token = await server.issue({ aud: AUDIENCE, scope: 'a' });
    expect((await jwtVerify(token, keys, { ...expected, typ: 'at+jwt' })).payload.scope).toBe('a');
    const idToken = await server.issueIdToken({ aud: AUDIENCE });
    expect((await jwtVerify(idToken, keys, { ...expected, typ: 'JWT' })).payload.aud).toBe(
      AUDIENCE,
    );
  });

  it('RFC 9068 §2: an access token has all that is required, but for what is the test’s to say', async () => {
    const server = await start();
    const token = await server.issue({ aud: AUDIENCE });
    const iat = Math.floor(Date.now() / 1000);
    expect(decodeProtectedHeader(token)).toEqual({
      typ: 'at+jwt',
      alg: 'RS256',
      kid: expect.any(String),
    });
    expect(decodeJwt(token)).toEqual({
      iss: server.issuer,
      aud: AUDIENCE,
      sub: 'test-user',
      client_id: 'test-client',
      jti: expect.any(String),
      iat,
      exp: iat + 3600,
    });
    expect(decodeJwt(await server.issue({})).jti).not.toBe(decodeJwt(token).jti);
  });

  it('OpenID Connect Core §2: an ID token is for the client', async () => {
    const server = await start();
    const token = await server.issueIdToken();
    const iat = Math.floor(Date.now() / 1000);
    expect(decodeProtectedHeader(token)).toMatchObject({ typ: 'JWT', alg: 'RS256' });
    expect(decodeJwt(token)).toEqual({
      iss: server.issuer,
      aud: 'test-client',
      sub: 'test-user',
      nonce: expect.any(String),
      auth_time: iat,
      iat,
      exp: iat + 3600,
    });
  });

  it.each(['issue', 'issueIdToken'] as const)(
    'overrides everything and leaves out what is undefined: %s',
    async (method) => {
      const server = await start();
      const token = await server[method](
        { iss: 'a', aud: ['b'], sub: undefined, exp: 1, iat: undefined, more: [null] },
        { typ: undefined, kid: 'c', x: 1 },
      );
      expect(decodeJwt(token)).toMatchObject({ iss: 'a', aud: ['b'], exp: 1, more: [null] });
      expect(decodeJwt(token)).not.toHaveProperty('sub');
      expect(decodeJwt(token)).not.toHaveProperty('iat');
      expect(decodeProtectedHeader(token)).toEqual({ alg: 'RS256', kid: 'c', x: 1 });
    },
  );

  it('goes by the clock of the test', async () => {
    const server = await start();
    pass(-5000 * SECOND);
    const { exp = 0 } = decodeJwt(await server.issue({}));
    expect(exp * 1000).toBeLessThan(Date.now() + 3601 * SECOND);
  });
});

describe('rotation', () => {
  const kids = async ({ jwksUri }: TestAuthorizationServer): Promise<string[]> => {
    const { keys } = (await read(jwksUri)) as { keys: { kid: string }[] };
    return keys.map(({ kid }) => kid);
  };
  const kidOf = async (server: TestAuthorizationServer) =>
    decodeProtectedHeader(await server.issue({})).kid;

  it('signs with a new key, and withdraws the old one or keeps it', async () => {
    const server = await start({ algorithm: 'ES384' });
    const first = await kidOf(server);
    expect(await kids(server)).toEqual([first]);
    await server.rotate({ keepOld: true });
    const second = await kidOf(server);
    expect(second).not.toBe(first);
    expect(await kids(server)).toEqual([second, first]);
    await server.rotate();
    const third = await kidOf(server);
    expect(await kids(server)).toEqual([third]);
    expect([first, second]).not.toContain(third);
    expect(decodeProtectedHeader(await server.issue({})).alg).toBe('ES384');
  });
});

describe('faults', () => {
  const url = (server: TestAuthorizationServer, document: PublishedDocument) =>
    document === 'jwks'
      ? server.jwksUri
      : `${server.issuer}/.well-known/oauth-authorization-server`;

  describe.each(['jwks', 'metadata'] as const)('of %s', (document) => {
    it('answers a status, until it recovers', async () => {
      const server = await start();
      server.fail(document, { status: 503 });
      expect((await fetch(url(server, document))).status).toBe(503);
      server.recover();
      expect((await fetch(url(server, document))).status).toBe(200);
    });

    it('answers another body, until it recovers', async () => {
      const server = await start();
      server.fail(document, { body: '<html>' });
      expect(await (await fetch(url(server, document))).text()).toBe('<html>');
      server.recover();
      expect(await read(url(server, document))).toBeTypeOf('object');
    });

    it('does not answer, until it recovers', async () => {
      const server = await start();
      server.fail(document, { hang: true });
      await expect(fetch(url(server, document), deadline())).rejects.toThrow(/timeout/);
      server.recover();
      expect((await fetch(url(server, document))).status).toBe(200);
    });

    it('leaves the other document alone, and counts each', async () => {
      const server = await start();
      const other = document === 'jwks' ? 'metadata' : 'jwks';
      server.fail(document, { status: 500 });
      for (const each of [document, document, other] as const) await fetch(url(server, each));
      expect((await fetch(url(server, other))).status).toBe(200);
      expect([server.requests(document), server.requests(other)]).toEqual([2, 2]);
    });
  });

  it('an outage: stops, and starts again at the same address with the same keys', async () => {
    const server = await start();
    const { issuer } = server;
    const keys = await read(server.jwksUri);
    await server.stop();
    await expect(fetch(server.jwksUri)).rejects.toThrow('fetch failed');
    await server.start();
    expect(server.issuer).toBe(issuer);
    expect(await read(server.jwksUri)).toEqual(keys);
    expect(server.requests('jwks')).toBe(2);
  });

  it('stops although requests hang and connections are kept, and again without harm', async () => {
    const server = await start();
    await fetch(server.jwksUri);
    server.fail('metadata', { hang: true });
    const hanging = fetch(url(server, 'metadata')).catch((error: unknown) => error);
    await expect.poll(() => server.requests('metadata')).toBe(1);
    await server.stop();
    expect(await hanging).toMatchObject({ message: 'fetch failed' });
    await server.stop();
  });
});

describe('mistakes of its user', () => {
  it('an algorithm that is not supported', async () => {
    for (const algorithm of ['HS256', 'none', 'toString', 5] as never[]) {
      await expect(TestAuthorizationServer.start({ algorithm })).rejects.toThrow(
        /is no supported algorithm\. Give one of: RS256, .*Ed25519\./,
      );
    }
  });

  it('a port that is taken', async () => {
    const { issuer } = await start();
    const port = Number(new URL(issuer).port);
    await expect(TestAuthorizationServer.start({ port })).rejects.toThrow(
      `cannot listen at 127.0.0.1:${port}. Stop what listens there, or give another port.`,
    );
  });

  it('a start of what is started', async () => {
    await expect((await start()).start()).rejects.toThrow('Call start() only after stop().');
  });

  it('a document that it does not have', async () => {
    const server = await start();
    const remedy = `"keys" is no document. Give 'jwks' or 'metadata'.`;
    expect(() => server.fail('keys' as never, { status: 500 })).toThrow(remedy);
    expect(() => server.requests('keys' as never)).toThrow(remedy);
  });

  it.each([undefined, {}, { status: 99 }, { status: '500' }, { hang: false }, { body: {} }])(
    'a fault that is none: %j',
    async (fault) => {
      const server = await start();
      expect(() => server.fail('jwks', fault as Fault)).toThrow(/Give \{ status: 500 \}/);
      expect((await fetch(server.jwksUri)).status).toBe(200);
    },
  );
});
