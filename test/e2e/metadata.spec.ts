import {
  All,
  Controller,
  Get,
  Post,
  VersioningType,
  type ExecutionContext,
  type Type,
} from '@nestjs/common';
import {
  Public,
  RequireAnyScope,
  RequireClient,
  RequireScopes,
  type AudienceAuthOptions,
} from 'nestjs-audience-auth';
import { RequireToolScopes } from 'nestjs-audience-auth/mcp';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { handled } from '../support/controllers.js';
import { deploy, deployOnce } from '../support/deployment.js';
import { expectRejection } from '../support/expect-rejection.js';
import { rawRequest } from '../support/raw-request.js';
import { ADAPTERS, ResourceServer, type Setup } from '../support/resource-server.js';
import { AUDIENCE } from '../support/tokens.js';

const WELL_KNOWN = '/.well-known/oauth-protected-resource';
const HERE = `${WELL_KNOWN}/mcp`;

interface Metadata {
  readonly resource: string;
  readonly scopes_supported?: readonly string[];
}

async function metadata(response: Response): Promise<Metadata> {
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toMatch(/^application\/json(?:; charset=utf-8)?$/);
  return (await response.json()) as Metadata;
}

beforeEach(() => {
  handled.length = 0;
});

describe.each(ADAPTERS)('RFC 9728 §3: the metadata by method, on %s', (adapter) => {
  const deployment = deploy(adapter);
  const ask = (method: string, init: object = {}) =>
    deployment.get(HERE, undefined, { method, ...init });

  it('is the same document for GET at both forms of the path, and for a caller with a token', async () => {
    const { issuer } = deployment.authorizationServer;
    const document = {
      resource: AUDIENCE,
      authorization_servers: [issuer],
      scopes_supported: ['admin', 'files:read', 'files:write', 'reports:admin', 'reports:read'],
      bearer_methods_supported: ['header'],
    };
    expect(await metadata(await deployment.get(HERE))).toEqual(document);
    expect(await metadata(await deployment.get(`${HERE}/`))).toEqual(document);
    for (const token of [deployment.issue(), 'bad', 'a b'])
      expect(await metadata(await deployment.get(HERE, token))).toEqual(document);
  });

  it('is headers only for HEAD', async () => {
    const response = await ask('HEAD');
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('public, max-age=300');
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(await response.text()).toBe('');
  });

  it('tells a preflight of the headers and methods that there are', async () => {
    const response = await ask('OPTIONS', {
      headers: { origin: 'https://web.example', 'access-control-request-method': 'GET' },
    });
    expect(response.status).toBe(204);
    expect(await response.text()).toBe('');
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET, HEAD, OPTIONS',
      'access-control-allow-headers': 'MCP-Protocol-Version',
      allow: 'GET, HEAD, OPTIONS',
    });
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])('is not there for %s: 405', async (method) => {
    const response = await ask(method);
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, HEAD, OPTIONS');
    expect(response.headers.get('www-authenticate')).toBeNull();
  });

  it('is nowhere else', async () => {
    for (const path of [WELL_KNOWN, `${WELL_KNOWN}/`, `${HERE}/x`, `/mcp${WELL_KNOWN}`])
      expect((await deployment.get(path)).status).toBe(404);
  });
});

describe.each(ADAPTERS)(
  'RFC 9728 §3.1 (PRM-22): what a request claims of itself, on %s',
  (adapter) => {
    const deployment = deploy(adapter);
    const lies = [
      'Host: evil.example',
      'X-Forwarded-Host: evil.example',
      'X-Forwarded-Proto: http',
      'X-Forwarded-Prefix: /evil',
      'Forwarded: host=evil.example;proto=http',
    ];

    it('has no say in the metadata', async () => {
      const response = await rawRequest(deployment.service.url + HERE, lies);
      expect(response.status).toBe(200);
      const document = await response.text();
      expect(document).toContain(`"resource":"${AUDIENCE}"`);
      expect(document).not.toContain('evil');
    });

    it('has no say in the challenge', async () => {
      const response = await rawRequest(`${deployment.service.url}/plain`, lies);
      await expectRejection(response, 'token_missing');
    });
  },
);

/** Audiences and resource options, and the documents that come of them: path and resource. */
const RESOURCES: [string, Partial<AudienceAuthOptions>, Record<string, string>][] = [
  ['a host', { audience: 'https://h.example' }, { [WELL_KNOWN]: 'https://h.example' }],
  [
    'a host with a slash',
    { audience: 'https://h.example/' },
    { [WELL_KNOWN]: 'https://h.example' },
  ],
  [
    'a port',
    { audience: 'https://h.example:8443/m' },
    { [`${WELL_KNOWN}/m`]: 'https://h.example:8443/m' },
  ],
  [
    'a long path',
    { audience: 'https://h.example/v1/mcp' },
    { [`${WELL_KNOWN}/v1/mcp`]: 'https://h.example/v1/mcp' },
  ],
  [
    'a slash at the end',
    { audience: 'https://h.example/m/' },
    { [`${WELL_KNOWN}/m/`]: 'https://h.example/m/' },
  ],
  [
    'an encoded path',
    { audience: 'https://h.example/a%20b' },
    { [`${WELL_KNOWN}/a%20b`]: 'https://h.example/a%20b' },
  ],
  [
    'http on loopback',
    { audience: 'http://localhost:3000/m' },
    { [`${WELL_KNOWN}/m`]: 'http://localhost:3000/m' },
  ],
  [
    'several audiences',
    { audience: ['https://h.example/a', 'urn:x', 'https://h.example/b'] },
    { [`${WELL_KNOWN}/a`]: 'https://h.example/a', [`${WELL_KNOWN}/b`]: 'https://h.example/b' },
  ],
  [
    'a GUID in the tokens and a URL for clients',
    {
      audience: '7b1c2a5e-0b60-4f0c-9d0e-6a3c1f6f5a01',
      resource: { url: 'https://h.example/mcp' },
    },
    { [HERE]: 'https://h.example/mcp' },
  ],
  [
    'another URL than the audience',
    { audience: 'https://h.example/a', resource: { url: 'https://h.example/b' } },
    { [`${WELL_KNOWN}/b`]: 'https://h.example/b' },
  ],
];

describe.each(ADAPTERS)('RFC 9728 §3.1 (PRM-01): the metadata by resource, on %s', (adapter) => {
  it.each(RESOURCES)('%s', async (_name, options, documents) => {
    const deployment = await deployOnce(adapter, options);
    for (const [path, resource] of Object.entries(documents))
      expect((await metadata(await deployment.get(path))).resource).toBe(resource);

    const [first = ''] = Object.keys(documents);
    const challenge = (await deployment.get('/plain')).headers.get('www-authenticate') ?? '';
    const [, url = ''] = /resource_metadata="([^"]+)"/.exec(challenge) ?? [];
    expect(new URL(url).pathname).toBe(first);
    expect(new URL(url).host).toBe(new URL(documents[first] ?? '').host);
  });

  it.each<[string, Partial<AudienceAuthOptions>]>([
    ['it is switched off', { resource: false }],
    ['no audience is a URL', { audience: ['urn:tickets', 'api://tickets'] }],
    ['the audience is no https URL', { audience: 'http://h.example/mcp' }],
    ['the audience has a fragment', { audience: 'https://h.example/mcp#x' }],
  ])('there is none where %s', async (_name, options) => {
    const deployment = await deployOnce(adapter, options);
    for (const path of [WELL_KNOWN, HERE]) expect((await deployment.get(path)).status).toBe(404);
    const challenge = (await deployment.get('/plain')).headers.get('www-authenticate');
    expect(challenge).toBe('Bearer realm="api"');
  });
});

describe.each(ADAPTERS)('what stands around the metadata, on %s', (adapter) => {
  @Controller()
  class CatchAllController {
    @All(adapter === 'express' ? '*path' : '*')
    all() {
      return handled.push('catch-all');
    }
  }

  const denyAll = { canActivate: (_context: ExecutionContext) => false };

  it.each<[string, Setup]>([
    ['a catch-all route', { controllers: [CatchAllController] }],
    ['a global prefix', { configure: (app) => app.setGlobalPrefix('api/v2') }],
    [
      'versions in the path',
      {
        configure: (app) => app.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' }),
      },
    ],
    ['a guard that lets nobody in', { configure: (app) => app.useGlobalGuards(denyAll) }],
    [
      'CORS for one origin',
      { configure: (app) => app.enableCors({ origin: 'https://one.example' }) },
    ],
    [
      'a router that ignores slashes at the end',
      { fastify: { routerOptions: { ignoreTrailingSlash: true } } },
    ],
    ['a router that ignores capitals', { fastify: { routerOptions: { caseSensitive: false } } }],
    [
      'a router that ignores double slashes',
      { fastify: { routerOptions: { ignoreDuplicateSlashes: true } } },
    ],
    ['no routes', { controllers: [] }],
  ])('neither hides nor moves it: %s', async (_name, setup) => {
    const deployment = await deployOnce(adapter, {}, setup);
    for (const path of [HERE, `${HERE}/`]) {
      const response = await deployment.get(path, undefined, {
        headers: { origin: 'https://other.example' },
      });
      expect(response.headers.get('access-control-allow-origin')).toBe('*');
      expect((await metadata(response)).resource).toBe(AUDIENCE);
    }
    expect((await deployment.get(`/api/v2${HERE}`)).status).not.toBe(200);
    expect(handled).toEqual([]);
  });
});

describe.each(ADAPTERS)(
  'RFC 9728 §2 (PRM-10): the scopes that clients are told of, on %s',
  (adapter) => {
    @RequireScopes('base')
    abstract class BaseController {
      @Get('inherited')
      @RequireScopes('inherited')
      inherited() {
        return '';
      }
    }

    @Controller('some')
    @RequireScopes('class')
    class SomeController extends BaseController {
      get broken(): never {
        throw new Error('Nobody may read this.');
      }

      @Get()
      @RequireAnyScope('any:1', 'any:2')
      @RequireScopes('method', 'class')
      read() {
        return '';
      }

      @Post()
      @RequireToolScopes({ tool: ['tool:1', 'tool:2'], harmless: [] })
      call() {
        return '';
      }

      @Get('public')
      @Public()
      open() {
        return '';
      }
    }

    @Controller('none')
    @RequireClient('cli')
    class UnscopedController {
      @Get()
      read() {
        return '';
      }
    }

    const scopes = async (
      controllers: Type[],
      resource: AudienceAuthOptions['resource'] = {},
    ): Promise<unknown> => {
      const deployment = await deployOnce(adapter, { resource }, { controllers });
      return (await metadata(await deployment.get(HERE))).scopes_supported;
    };

    it('are all that any route or tool requires, once each and sorted', async () => {
      expect(await scopes([SomeController, UnscopedController])).toEqual([
        'any:1',
        'any:2',
        'base',
        'class',
        'inherited',
        'method',
        'tool:1',
        'tool:2',
      ]);
    });

    it('are not mentioned where nothing requires any', async () => {
      expect(await scopes([UnscopedController])).toBeUndefined();
    });

    it('are those that are configured, as they are', async () => {
      expect(await scopes([SomeController], { scopesSupported: ['z', 'a'] })).toEqual(['z', 'a']);
      expect(await scopes([SomeController], { scopesSupported: [] })).toBeUndefined();
    });
  },
);

it('two services in one process have each their own metadata', async () => {
  const start = async (audience: string) => {
    const fetch = () => new Promise<never>(() => undefined);
    const options = { issuer: 'https://auth.example.com', audience, keys: { fetch } };
    const service = await ResourceServer.start('fastify', options);
    onTestFinished(() => service.stop());
    return service;
  };
  for (const audience of ['https://a.example/mcp', 'https://b.example/mcp']) {
    const service = await start(audience);
    expect((await metadata(await service.request(HERE))).resource).toBe(audience);
  }
});
