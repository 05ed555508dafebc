import { Agent, createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import {
  AudienceAuthModule,
  REJECTIONS,
  type AudienceAuthOptions,
  type IssuerOptions,
} from 'nestjs-audience-auth';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { body, hang, hangUp, json, status, type Answer } from '../support/answers.js';
import { AuthorizationServer, JWKS } from '../support/authorization-server.js';
import { deploy, deployOnce, type Deployment } from '../support/deployment.js';
import { expectUnavailable } from '../support/expect-rejection.js';
import { ResourceServer } from '../support/resource-server.js';
import { signingKey } from '../support/signing-key.js';
import { AUDIENCE, OTHER_AUDIENCE } from '../support/tokens.js';
import { answer, LET_IN } from '../support/verdict.js';

const OAUTH = '/.well-known/oauth-authorization-server';
const OPENID = '/.well-known/openid-configuration';

/** An authorization server with this path in its identifier, and a service that has to find its keys. */
async function discovering(
  path: string,
  prepare: (server: AuthorizationServer) => unknown = () => undefined,
  options: Partial<AudienceAuthOptions> = {},
): Promise<{ server: AuthorizationServer; service: ResourceServer; ask: () => Promise<unknown> }> {
  const server = await AuthorizationServer.start({ path });
  onTestFinished(() => server.stop());
  await prepare(server);
  const { issuer } = server;
  const service = await ResourceServer.start('express', { issuer, audience: AUDIENCE, ...options });
  onTestFinished(() => service.stop());
  return { server, service, ask: () => answer(service, server.issue()) };
}

describe('where the metadata of an authorization server is', () => {
  it.each<[issuer: string, path: string]>([
    ['', OAUTH],
    ['/', OAUTH],
    ['/t1', `${OAUTH}/t1`],
    ['/t1/', `${OAUTH}/t1`],
    ['/a/b', `${OAUTH}/a/b`],
  ])('RFC 8414 §3.1 (DSC-01): of the issuer "%s" at %s', async (issuerPath, metadataPath) => {
    const { server, ask } = await discovering(issuerPath, (each) => {
      each.metadataPath = metadataPath;
    });
    expect(await ask()).toBe(LET_IN);
    expect(server.trail).toEqual([metadataPath, JWKS]);
  });

  it.each<[issuer: string, path: string]>([
    ['', OPENID],
    ['/', OPENID],
    ['/t1', `/t1${OPENID}`],
    ['/t1/', `/t1${OPENID}`],
  ])(
    'OpenID Connect Discovery §4 (DSC-02): of the issuer "%s" at %s, too',
    async (issuerPath, metadataPath) => {
      const { server, ask } = await discovering(issuerPath, (each) => {
        each.metadataPath = metadataPath;
      });
      expect(await ask()).toBe(LET_IN);
      expect(server.trail.slice(-2)).toEqual([metadataPath, JWKS]);
    },
  );

  it.each<[issuer: string, places: string[]]>([
    ['/t1', [`${OAUTH}/t1`, `${OPENID}/t1`, `/t1${OPENID}`]],
    ['', [OAUTH, OPENID]],
  ])(
    'RFC 8414 §5 (DSC-03): is looked for in this order, for the issuer "%s"',
    async (issuerPath, places) => {
      for (const [at, place] of places.entries()) {
        const { server, ask } = await discovering(issuerPath, (each) => {
          each.metadataPath = place;
        });
        expect(await ask()).toBe(LET_IN);
        expect(server.trail).toEqual([...places.slice(0, at + 1), JWKS]);
      }
    },
  );

  it.each([400, 401, 403, 404, 405, 410])(
    'RFC 8414 §5 (DSC-03): is looked for elsewhere after %i',
    async (code) => {
      const { ask } = await discovering('', (server) => {
        server.metadataPath = OPENID;
        server.fail(OAUTH, status(code));
      });
      expect(await ask()).toBe(LET_IN);
    },
  );

  it.each<[what: string, trouble: Answer, timeoutMs?: number]>([
    ['500', status(500)],
    ['503', status(503)],
    ['no answer', hang, 500],
    ['a closed connection', hangUp],
  ])(
    'RFC 8414 §5 (DSC-03): is not looked for elsewhere after %s',
    async (_what, trouble, timeoutMs = 5000) => {
      const { server, service } = await discovering(
        '',
        (each) => {
          each.metadataPath = OPENID;
          each.fail(OAUTH, trouble);
        },
        { keys: { timeoutMs } },
      );
      await expectUnavailable(await service.request('/plain', { token: server.issue() }));
      expect(server.trail).toEqual([OAUTH]);
    },
  );
});

describe('whose metadata it is', () => {
  it.each<[what: string, change: (issuer: string) => unknown]>([
    ['one with a slash at the end', (issuer) => `${issuer}/`],
    ['one with a path', (issuer) => `${issuer}/t1`],
    ['one in capitals', (issuer) => issuer.toUpperCase()],
    ['one by another name of the host', (issuer) => issuer.replace('127.0.0.1', 'localhost')],
    ['one of another scheme', (issuer) => issuer.replace('http:', 'https:')],
    ['one with a space at the end', (issuer) => `${issuer} `],
    ['somebody else', () => 'https://evil.example'],
    ['the same in an array', (issuer) => [issuer]],
    ['nobody', () => undefined],
  ])('RFC 8414 §3.3, §4 (DSC-04, DSC-05): that of %s is not used', async (_what, change) => {
    const { server, service } = await discovering('', (each) => {
      each.metadata['issuer'] = change(each.issuer);
      each.fail(OPENID, json(each.metadata));
    });
    await expectUnavailable(await service.request('/plain', { token: server.issue() }));
    expect(server.requests(JWKS)).toBe(0);
  });

  it('RFC 8414 §3.3 (DSC-04): the slash at the end counts in the configuration too', async () => {
    const { server, service } = await discovering('/', (each) => {
      each.metadataPath = OAUTH;
      each.metadata['issuer'] = each.origin;
    });
    await expectUnavailable(await service.request('/plain', { token: server.issue() }));
  });

  it.each([null, [], 'text', 5, {}].map((metadata) => [JSON.stringify(metadata)]))(
    'RFC 8414 §3.2 (DSC-04): %s is none',
    async (metadata) => {
      const { server, service } = await discovering('', (each) => each.fail(OAUTH, body(metadata)));
      await expectUnavailable(await service.request('/plain', { token: server.issue() }));
    },
  );
});

describe('which addresses are asked', () => {
  it('RFC 8725 §3.8, §3.10, RFC 7515 §10.9 (DSC-06, JWS-19): never one that only a token names', async () => {
    const asked: string[] = [];
    const trap = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.end('{}');
    });
    await new Promise<void>((listening) => trap.listen(0, '127.0.0.1', listening));
    onTestFinished(() => void trap.close());
    const url = `http://127.0.0.1:${(trap.address() as AddressInfo).port}`;

    const { server, service, ask } = await discovering('');
    expect(await ask()).toBe(LET_IN);
    const before = server.trail.length;
    for (const iss of [url, `${url}/`, 'http://169.254.169.254', `${server.issuer}@evil.example`]) {
      const token = server.issue({ iss, jku: url }, { jku: url });
      expect(await answer(service, token)).toBe('issuer_untrusted');
    }
    expect(asked).toEqual([]);
    expect(server.trail).toHaveLength(before);
  });

  const audience = AUDIENCE;

  it.each([
    'http://as.example.com',
    'https://as.example.com?tenant=1',
    'https://as.example.com/#part',
    'https://as.example.com?',
    'ftp://as.example.com',
    'as.example.com',
    'urn:as',
    'http://127.0.0.1.evil.example',
    'http://localhost.evil.example',
  ])('RFC 8414 §2 (DSC-07): %s cannot be an issuer', (issuer) => {
    expect(() => AudienceAuthModule.forRoot({ issuer, audience })).toThrow(/issuer/);
  });

  it.each([
    'https://as.example.com',
    'https://as.example.com/tenant/',
    'http://127.0.0.1:3000',
    'http://localhost:3000/realms/acme',
    'http://[::1]:3000',
  ])('RFC 8414 §2 (DSC-07): %s can', (issuer) => {
    expect(() => AudienceAuthModule.forRoot({ issuer, audience })).not.toThrow();
  });

  it.each(['http://keys.example.com/jwks', 'ftp://127.0.0.1/jwks', '/jwks', 5, null, undefined])(
    'RFC 8414 §2 (DSC-07): metadata that has the keys at %j is not used',
    async (jwksUri) => {
      const fetched: string[] = [];
      const { server, service } = await discovering(
        '',
        (each) => {
          each.metadata['jwks_uri'] = jwksUri;
        },
        {
          keys: {
            fetch: (input, init) => {
              fetched.push(String(input instanceof Request ? input.url : input));
              return fetch(input, init);
            },
          },
        },
      );
      await expectUnavailable(await service.request('/plain', { token: server.issue() }));
      expect(fetched).toEqual([server.issuer + OAUTH, server.issuer + OPENID]);
    },
  );

  it('RFC 8414 §2 (DSC-08): the keys may be with another host', async () => {
    const host = await AuthorizationServer.start({ key: signingKey('ES256', 'elsewhere') });
    onTestFinished(() => host.stop());
    const { server, ask } = await discovering('', (each) => {
      each.key = host.key;
      each.metadata['jwks_uri'] = host.jwksUri;
    });
    expect(await ask()).toBe(LET_IN);
    expect([server.requests(JWKS), host.requests(JWKS)]).toEqual([0, 1]);
  });

  it.each([OAUTH, JWKS])('RFC 8414 §3 (DSC-08): a redirect of %s is not followed', async (path) => {
    const { server, service } = await discovering('', (each) => {
      each.fail(path, status(302, { location: `${each.origin}/elsewhere` }));
      each.fail('/elsewhere', json(path === JWKS ? { keys: each.keys } : each.metadata));
    });
    await expectUnavailable(await service.request('/plain', { token: server.issue() }));
    expect(server.requests('/elsewhere')).toBe(0);
  });

  it.each([
    'https://login.microsoftonline.com/{tenantid}/v2.0',
    'https://login.microsoftonline.com/${TENANT}/v2.0',
  ])('RFC 8414 §2 (DSC-11): the template %s cannot be an issuer', (issuer) => {
    expect(() => AudienceAuthModule.forRoot({ issuer, audience })).toThrow(/issuer/);
  });

  it('RFC 8725 §3.8 (DSC-11): several tenants are several issuers, each with its own', async () => {
    const [ours, theirs, strangers] = await Promise.all(
      ['/tenant-1', '/tenant-2', '/tenant-3'].map((path) => AuthorizationServer.start({ path })),
    );
    if (!ours || !theirs || !strangers) throw new Error('unreachable');
    for (const each of [ours, theirs, strangers]) onTestFinished(() => each.stop());
    const issuer: [string, IssuerOptions] = [ours.issuer, { issuer: theirs.issuer }];
    const service = await ResourceServer.start('express', { issuer, audience });
    onTestFinished(() => service.stop());
    expect(await answer(service, ours.issue())).toBe(LET_IN);
    expect(await answer(service, theirs.issue())).toBe(LET_IN);
    expect(await answer(service, strangers.issue())).toBe('issuer_untrusted');
  });
});

describe('an authorization server that is down', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
  afterEach(() => void vi.useRealTimers());

  it('RFC 8414 §3 (DSC-12): does not keep the service from starting', async () => {
    const server = await AuthorizationServer.start();
    const token = server.issue();
    await server.stop();
    const service = await ResourceServer.start('express', {
      issuer: server.issuer,
      audience: AUDIENCE,
    });
    onTestFinished(() => service.stop());
    await expectUnavailable(await service.request('/plain', { token }));
    expect((await service.request('/public')).status).toBe(200);
    expect((await service.request('/plain')).status).toBe(401);
  });

  it('RFC 8414 §3 (DSC-12): is asked again, and then all is well', async () => {
    const { server, service, ask } = await discovering('', (each) => each.fail(OAUTH, hangUp));
    const token = server.issue();
    await expectUnavailable(await service.request('/plain', { token }));
    server.recover();
    const tried = server.trail.length;
    // Not at once, however many ask …
    await expectUnavailable(await service.request('/plain', { token }));
    expect(server.trail).toHaveLength(tried);
    // … but soon.
    vi.setSystemTime(Date.now() + 5000);
    expect(await ask()).toBe(LET_IN);
  });
});

describe('resource indicators', () => {
  const deployment = deploy('express');
  const ask = (on: Deployment, aud: unknown, resourceMetadata?: string) =>
    answer(on.service, on.issue({ aud }), {
      ...(resourceMetadata !== undefined && { resourceMetadata }),
    });

  it('RFC 8707 §2 (RSI-02): may be mapped to another audience by the authorization server', async () => {
    const guid = '7c7d9f5e-5a55-4a0f-9d0a-0a7f2f4a9b11';
    const mapped = await deployOnce('express', { audience: guid, resource: { url: AUDIENCE } });
    expect(await ask(mapped, guid)).toBe(LET_IN);
    // The challenge speaks of the resource, as the default of `ask` has it; the token may not.
    expect(await ask(mapped, AUDIENCE)).toBe('audience_mismatch');
    const metadata = await mapped.get('/.well-known/oauth-protected-resource/mcp');
    expect(await metadata.json()).toMatchObject({ resource: AUDIENCE });
  });

  it('RFC 8707 §2, §5.2 (RSI-03): invalid_target is for authorization servers', () => {
    expect(JSON.stringify(REJECTIONS)).not.toContain('invalid_target');
  });

  it('RFC 8707 §3 (RSI-04): a token for several services is good unless this one wants to be alone', async () => {
    const both = [AUDIENCE, OTHER_AUDIENCE];
    expect(await ask(deployment, both)).toBe(LET_IN);
    const alone = await deployOnce('express', { coAudiences: [] });
    expect(await ask(alone, both)).toBe('audience_not_exclusive');
    expect(await ask(alone, [AUDIENCE])).toBe(LET_IN);
    expect(await ask(alone, [AUDIENCE, AUDIENCE])).toBe(LET_IN);
    const known = await deployOnce('express', { coAudiences: [OTHER_AUDIENCE] });
    expect(await ask(known, both)).toBe(LET_IN);
    expect(await ask(known, [...both, 'urn:third'])).toBe('audience_not_exclusive');
    expect(await ask(known, OTHER_AUDIENCE)).toBe('audience_mismatch');
  });

  it('RFC 9700 §2.3 (RSI-06): are looked at for every request of a connection', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    onTestFinished(() => agent.destroy());
    const send = async (token?: string) => {
      const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
      const request = get(`${deployment.service.url}/plain`, { agent, headers });
      const response = await new Promise<IncomingMessage>((resolve, reject) => {
        request.once('response', resolve).once('error', reject);
      });
      const { reason, token: seen } = JSON.parse(await text(response)) as {
        reason?: string;
        token?: { subject: string };
      };
      return [request.reusedSocket, seen?.subject ?? reason];
    };
    expect(await send(deployment.issue({ sub: 'alice' }))).toEqual([false, 'alice']);
    expect(await send(deployment.issue({ aud: OTHER_AUDIENCE }))).toEqual([
      true,
      'audience_mismatch',
    ]);
    expect(await send(deployment.issue({ sub: 'bob' }))).toEqual([true, 'bob']);
    expect(await send()).toEqual([true, 'token_missing']);
    expect(await send(deployment.issue({ scope: 'x', sub: 'carol' }))).toEqual([true, 'carol']);
  });

  it.each(['https://h.example', 'https://h.example/', 'https://h.example:8443'])(
    'RFC 3986 §6.2.3 (RSI-07): %s is one with and without a slash at the end',
    async (audience) => {
      const root = audience.replace(/\/$/, '');
      const service = await deployOnce('express', { audience });
      const metadata = 'https://h.example/.well-known/oauth-protected-resource'.replace(
        'https://h.example',
        root,
      );
      expect(await ask(service, root)).toBe(LET_IN);
      expect(await ask(service, `${root}/`)).toBe(LET_IN);
      for (const other of [`${root}//`, `${root}/x`, `${root}?`, `${root}#`, `${root}/?`]) {
        expect([other, await ask(service, other, metadata)]).toEqual([other, 'audience_mismatch']);
      }
    },
  );

  it.each([
    ['https://h.example/mcp', 'https://h.example/mcp/'],
    ['https://h.example/mcp/', 'https://h.example/mcp'],
    ['https://h.example/a?b', 'https://h.example/a?b/'],
    ['urn:h.example', 'urn:h.example/'],
    ['api://h.example', 'api://h.example/'],
  ])('RFC 3986 §6.2.3 (RSI-07): %s is not %s', async (ours, theirs) => {
    const service = await deployOnce('express', { audience: ours, resource: false });
    expect(await ask(service, ours)).toBe(LET_IN);
    expect(await ask(service, theirs, '')).toBe('audience_mismatch');
  });

  it.each(['HTTPS://API.EXAMPLE.COM/mcp', 'https://API.example.com/mcp'])(
    'RFC 7519 §4.1.3 (RSI-08): %s in a token is not ours',
    async (aud) => {
      expect(await ask(deployment, aud)).toBe('audience_mismatch');
    },
  );
});
