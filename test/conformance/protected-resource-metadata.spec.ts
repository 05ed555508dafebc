import { VersioningType } from '@nestjs/common';
import { AudienceAuthModule, type AudienceAuthOptions } from 'nestjs-audience-auth';
import { describe, expect, it } from 'vitest';
import { deploy, deployOnce } from '../support/deployment.js';
import { expectRejection } from '../support/expect-rejection.js';
import { rawRequest } from '../support/raw-request.js';
import { ADAPTERS } from '../support/resource-server.js';
import { AUDIENCE, RESOURCE_METADATA } from '../support/tokens.js';

const WELL_KNOWN = '/.well-known/oauth-protected-resource';

/** The metadata at a path. */
async function metadataAt(url: string): Promise<unknown> {
  const response = await fetch(url);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toMatch(/^application\/json(?:;|$)/);
  return response.json();
}

describe.each(ADAPTERS)('the metadata of one resource, on %s', (adapter) => {
  const deployment = deploy(adapter);
  const path = `${WELL_KNOWN}/mcp`;

  it('RFC 9728 §3.2, §2 (PRM-04, PRM-05, PRM-09, PRM-10, PRM-11, PRM-12): says what there is to say, and nothing of what there is not', async () => {
    expect(await metadataAt(deployment.service.url + path)).toEqual({
      resource: AUDIENCE,
      authorization_servers: [deployment.authorizationServer.issuer],
      scopes_supported: ['admin', 'files:read', 'files:write', 'reports:admin', 'reports:read'],
      bearer_methods_supported: ['header'],
    });
  });

  it('RFC 9728 §3.1 (PRM-03): is there for GET and HEAD', async () => {
    const response = await deployment.get(path, undefined, { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('');
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])(
    'RFC 9728 §3.1 (PRM-03): is not there for %s',
    async (method) => {
      const response = await deployment.get(path, deployment.issue(), { method });
      expect(response.status).toBe(405);
      expect(response.headers.get('allow')).toBe('GET, HEAD, OPTIONS');
      expect(response.headers.get('www-authenticate')).toBeNull();
    },
  );

  it('RFC 9728 §3.3, §5.1 (PRM-07, PRM-08, PRM-16): is where a challenge says, of the resource that was called', async () => {
    const response = await deployment.get('/plain');
    await expectRejection(response, 'token_missing');
    const { pathname } = new URL(RESOURCE_METADATA);
    expect(pathname).toBe(path);
    expect(await metadataAt(deployment.service.url + pathname)).toMatchObject({
      resource: AUDIENCE,
    });
  });

  it('RFC 9728 §7.10 (PRM-20): may be kept for a while', async () => {
    const response = await deployment.get(path);
    expect(response.headers.get('cache-control')).toBe('public, max-age=300');
  });

  it('Fetch §3.2 (PRM-21): is public, for browsers of all origins', async () => {
    const headers = { origin: 'https://inspector.example', authorization: 'Bearer x' };
    const response = await deployment.get(path, undefined, { headers });
    expect(response.status).toBe(200);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');

    const preflight = await deployment.get(path, undefined, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://inspector.example',
        'access-control-request-method': 'GET',
        'access-control-request-headers': 'mcp-protocol-version',
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
    expect(preflight.headers.get('access-control-allow-methods')).toContain('GET');
    expect(preflight.headers.get('access-control-allow-headers')?.toLowerCase()).toContain(
      'mcp-protocol-version',
    );
  });

  it('RFC 9110 §7.2 (PRM-22): does not depend on the Host of the request', async () => {
    const usual = await metadataAt(deployment.service.url + path);
    const lines = [
      'Host: evil.example',
      'X-Forwarded-Host: evil.example',
      'X-Forwarded-Proto: http',
      'Forwarded: host=evil.example;proto=http',
    ];
    const response = await rawRequest(deployment.service.url + path, lines);
    const text = await response.text();
    expect(text).not.toContain('evil');
    // Without the frame of a chunked answer.
    expect(text).toContain(JSON.stringify(usual));
    await expectRejection(
      await rawRequest(`${deployment.service.url}/plain`, lines),
      'token_missing',
    );
  });

  it('RFC 9728 §3.3 (PRM-23): is not at the root, where that of another resource would be', async () => {
    expect((await deployment.get(WELL_KNOWN)).status).toBe(404);
    expect((await deployment.get(`${WELL_KNOWN}/`)).status).toBe(404);
    expect((await deployment.get(`${WELL_KNOWN}/other`)).status).toBe(404);
    expect((await deployment.get(`${WELL_KNOWN}/mcp/more`)).status).toBe(404);
  });

  it('RFC 9728 §3.1 (PRM-25): is there with a slash at the end too', async () => {
    const { url } = deployment.service;
    expect(await metadataAt(`${url}${path}/`)).toEqual(await metadataAt(url + path));
  });
});

describe.each(ADAPTERS)('the metadata of several resources, on %s', (adapter) => {
  const resources: [resource: string, path: string][] = [
    ['https://h.example', WELL_KNOWN],
    ['https://h.example/mcp', `${WELL_KNOWN}/mcp`],
    ['https://h.example/a/b', `${WELL_KNOWN}/a/b`],
    ['https://h.example:8443/port', `${WELL_KNOWN}/port`],
    ['https://h.example/query?t=1', `${WELL_KNOWN}/query?t=1`],
    ['https://h.example/slash/', `${WELL_KNOWN}/slash/`],
    ['https://h.example/caf%C3%A9', `${WELL_KNOWN}/caf%C3%A9`],
  ];
  const [first = '', ...others] = resources.map(([resource]) => resource);
  const deployment = deploy(adapter, { audience: [first, ...others] });

  it.each(resources)(
    'RFC 9728 §3.1, §3.3 (PRM-01, PRM-02, PRM-07): that of %s is at %s',
    async (resource, path) => {
      expect(path).not.toContain('//');
      const metadata = await metadataAt(deployment.service.url + path);
      expect(metadata).toMatchObject({ resource });
    },
  );

  it('RFC 9728 §5.1 (PRM-08): a challenge points to the first', async () => {
    await expectRejection(await deployment.get('/plain'), 'token_missing', {
      resourceMetadata: `https://h.example${WELL_KNOWN}`,
    });
  });

  it.each(['https://h.example/special:(x)', 'https://h.example/a+b/[x]'])(
    'RFC 9728 §3.1 (PRM-01): a path is a path and no pattern: %s',
    async (url) => {
      const service = await deployOnce(adapter, { resource: { url } });
      const { pathname } = new URL(url);
      const metadata = await metadataAt(service.service.url + WELL_KNOWN + pathname);
      expect(metadata).toMatchObject({ resource: url });
      const other = await service.get(`${WELL_KNOWN}/special-x`);
      expect(other.status).toBe(404);
    },
  );

  it.each(['https://h.example', 'https://h.example/'])(
    'RFC 9728 §3.1 (PRM-01, PRM-02): that of %s is at the root',
    async (url) => {
      const service = await deployOnce(adapter, { audience: 'urn:api', resource: { url } });
      expect(await metadataAt(service.service.url + WELL_KNOWN)).toMatchObject({ resource: url });
      await expectRejection(await service.get('/plain'), 'token_missing', {
        resourceMetadata: `https://h.example${WELL_KNOWN}`,
      });
    },
  );
});

describe.each(ADAPTERS)('what a service says of itself, on %s', (adapter) => {
  it('RFC 9728 §2 (PRM-09): authorization servers by their exact identifiers', async () => {
    const deployment = await deployOnce(adapter, ({ issuer, jwksUri }) => ({
      issuer: [{ issuer: 'https://acme.eu.auth0.com/', jwksUri }, issuer],
    }));
    const metadata = await metadataAt(`${deployment.service.url}${WELL_KNOWN}/mcp`);
    expect(metadata).toMatchObject({
      authorization_servers: ['https://acme.eu.auth0.com/', deployment.authorizationServer.issuer],
    });
  });

  it('RFC 9728 §2 (PRM-10, PRM-13): scopes, names and pages as configured', async () => {
    const deployment = await deployOnce(adapter, {
      resource: {
        name: 'Tickets',
        documentation: 'https://docs.example/tickets',
        policy: 'https://docs.example/policy',
        termsOfService: 'https://docs.example/tos',
        scopesSupported: ['tickets:read'],
      },
    });
    const metadata = await metadataAt(`${deployment.service.url}${WELL_KNOWN}/mcp`);
    expect(metadata).toEqual({
      resource: AUDIENCE,
      authorization_servers: [deployment.authorizationServer.issuer],
      scopes_supported: ['tickets:read'],
      bearer_methods_supported: ['header'],
      resource_name: 'Tickets',
      resource_documentation: 'https://docs.example/tickets',
      resource_policy_uri: 'https://docs.example/policy',
      resource_tos_uri: 'https://docs.example/tos',
    });
  });

  it.each([
    ['no route asks for any', {}, []],
    ['they are none', { resource: { scopesSupported: [] } }, undefined],
  ])('RFC 9728 §3.2 (PRM-05): no scopes where %s', async (_why, options, controllers) => {
    const deployment = await deployOnce(adapter, options, controllers && { controllers });
    const metadata = await metadataAt(`${deployment.service.url}${WELL_KNOWN}/mcp`);
    expect(metadata).toEqual({
      resource: AUDIENCE,
      authorization_servers: [deployment.authorizationServer.issuer],
      bearer_methods_supported: ['header'],
    });
  });

  it.each(['urn:api', 'http://api.example.com/mcp', '7c7d9f5e-5a55-4a0f-9d0a-0a7f2f4a9b11'])(
    'RFC 9728 §1.2, §7.1 (PRM-06, PRM-19): nothing where the audience %s is no https URL',
    async (audience) => {
      const deployment = await deployOnce(adapter, { audience });
      expect((await deployment.get(`${WELL_KNOWN}/mcp`)).status).toBe(404);
      expect((await deployment.get(WELL_KNOWN)).status).toBe(404);
      await expectRejection(await deployment.get('/files'), 'token_missing', {
        resourceMetadata: '',
        scope: 'files:read',
      });
    },
  );

  it('RFC 9728 §3.1 (PRM-24): at the same place whatever prefixes and versions there are', async () => {
    const deployment = await deployOnce(
      adapter,
      { resource: { url: 'https://api.example.com/api/mcp' } },
      {
        configure: (app) => {
          app.setGlobalPrefix('api');
          app.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' });
        },
      },
    );
    const { url } = deployment.service;
    expect(await metadataAt(`${url}${WELL_KNOWN}/api/mcp`)).toMatchObject({
      resource: 'https://api.example.com/api/mcp',
    });
    for (const prefix of ['/api', '/v1', '/api/v1']) {
      expect((await deployment.get(`${prefix}${WELL_KNOWN}/api/mcp`)).status).toBe(404);
    }
    await expectRejection(await deployment.get('/api/v1/plain'), 'token_missing', {
      resourceMetadata: `https://api.example.com${WELL_KNOWN}/api/mcp`,
    });
  });
});

it.each([
  'http://api.example.com/mcp',
  'https://api.example.com/mcp#part',
  'https://api.example.com/mcp#',
  '/mcp',
  'api.example.com/mcp',
  '',
  'ftp://api.example.com/',
  'https://api.example.com/*',
  'https://api.example.com/{tenant}',
  'https://api.example.com/m"cp"',
  5,
  null,
])('RFC 9728 §1.2, §7.1 (PRM-06, PRM-19, RSI-01): %j cannot be a resource', (url) => {
  const options = { issuer: 'https://as.example.com', audience: 'urn:api', resource: { url } };
  expect(() => AudienceAuthModule.forRoot(options as AudienceAuthOptions)).toThrow(/resource\.url/);
});
