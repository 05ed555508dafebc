import {
  extractWWWAuthenticateParams,
  UnauthorizedError,
  type OAuthClientProvider,
} from '@modelcontextprotocol/sdk/client/auth.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { Controller, Get, Req } from '@nestjs/common';
import { AccessTokenVerifier, Public } from 'nestjs-audience-auth';
import { toAuthInfo, withAuthInfo } from 'nestjs-audience-auth/mcp';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { handled } from '../support/controllers.js';
import { deploy, deployOnce, type Deployment } from '../support/deployment.js';
import { McpController } from '../support/mcp-service.js';
import { ADAPTERS } from '../support/resource-server.js';
import {
  AUDIENCE,
  now,
  OTHER_AUDIENCE,
  RESOURCE_METADATA,
  type Claims,
} from '../support/tokens.js';

const USE = { scope: 'tools:use' };
const ORIGIN = new URL(AUDIENCE).origin;
const SETUP = { controllers: [McpController] };

beforeEach(() => {
  handled.length = 0;
});

/** Leads to the service whoever believes that it is where its identifier says. */
const leadingTo =
  (deployment: Deployment): typeof globalThis.fetch =>
  (input, init) =>
    fetch((input as string | URL).toString().replace(ORIGIN, deployment.service.url), init);

/** The SDK's client, with a token or with a way to get one. */
function connecting(deployment: Deployment, credentials: string | OAuthClientProvider) {
  const client = new Client({ name: 'test', version: '1.0.0' });
  onTestFinished(() => client.close());
  const transport = new StreamableHTTPClientTransport(new URL(AUDIENCE), {
    fetch: leadingTo(deployment),
    ...(typeof credentials === 'string'
      ? { requestInit: { headers: { authorization: `Bearer ${credentials}` } } }
      : { authProvider: credentials }),
  });
  return { client, connected: client.connect(transport) };
}

async function connect(deployment: Deployment, credentials: string | OAuthClientProvider) {
  const { client, connected } = connecting(deployment, credentials);
  await connected;
  return client;
}

/** What a tool was told of its caller. */
async function call(client: Client, name: string): Promise<unknown> {
  const { content } = (await client.callTool({ name })) as CallToolResult;
  const [first] = content;
  return first?.type === 'text' ? JSON.parse(first.text) : first;
}

describe.each(ADAPTERS)("the MCP SDK's client and server, on %s", (adapter) => {
  const deployment = deploy(adapter, {}, SETUP);

  it('work together through the guard, and the tools know who calls', async () => {
    const exp = now() + 500;
    const token = deployment.issue({ ...USE, exp, tenant: 'acme' });
    const client = await connect(deployment, token);
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(['write', 'administer', 'look', 'who']);
    expect(await call(client, 'who')).toEqual({
      token: '',
      clientId: 'cli',
      scopes: ['tools:use'],
      expiresAt: exp,
      resource: AUDIENCE,
      extra: {
        issuer: deployment.authorizationServer.issuer,
        subject: 'alice',
        claims: expect.objectContaining({ tenant: 'acme', aud: AUDIENCE }) as unknown,
      },
    });
  });

  it('do not come to a call that lacks a scope of its tool', async () => {
    const client = await connect(deployment, deployment.issue(USE));
    await expect(call(client, 'write')).rejects.toMatchObject({ code: 403 });
    await expect(call(client, 'administer')).rejects.toMatchObject({ code: 403 });
    expect(handled).not.toContain('write');
    expect(await call(client, 'look')).toMatchObject({ clientId: 'cli' });

    const writer = await connect(deployment, deployment.issue({ scope: 'tools:use files:write' }));
    expect(await call(writer, 'write')).toMatchObject({ scopes: ['tools:use', 'files:write'] });
    await expect(call(writer, 'administer')).rejects.toMatchObject({ code: 403 });
  });

  it('MCP Token Handling (MCP-11): do not come to anything with the token of another server', async () => {
    const token = deployment.issue({ ...USE, aud: OTHER_AUDIENCE });
    await expect(connecting(deployment, token).connected).rejects.toMatchObject({ code: 401 });
    expect(handled).toEqual([]);
  });

  it('MCP Token Requirements (MCP-09): need the token with every request', async () => {
    const client = await connect(deployment, deployment.issue(USE));
    expect(await call(client, 'who')).toMatchObject({ clientId: 'cli' });
    const response = await deployment.get('/mcp', undefined, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'mcp-session-id': 'guessed' },
      body: '{"jsonrpc":"2.0","id":1,"method":"tools/list"}',
    });
    expect(response.status).toBe(401);
  });
});

/** A client that notes where it would send its user; with the token that it has been given so far. */
class NotingProvider implements OAuthClientProvider {
  readonly redirectUrl = 'http://127.0.0.1/callback';
  readonly clientMetadata = { redirect_uris: [this.redirectUrl], scope: '' };
  authorization: URL | undefined;

  constructor(private readonly token?: string) {}

  clientInformation() {
    return { client_id: 'cli' };
  }
  tokens() {
    return this.token === undefined
      ? undefined
      : { access_token: this.token, token_type: 'Bearer' };
  }
  saveTokens() {}
  saveCodeVerifier() {}
  codeVerifier() {
    return 'verifier';
  }
  redirectToAuthorization(url: URL) {
    this.authorization = url;
  }
}

describe.each(ADAPTERS)("the way of the MCP SDK's client from a refusal, on %s", (adapter) => {
  const deployment = deploy(adapter, {}, SETUP);

  beforeEach(() => {
    const { metadata, origin } = deployment.authorizationServer;
    Object.assign(metadata, {
      authorization_endpoint: `${origin}/authorize`,
      token_endpoint: `${origin}/token`,
      response_types_supported: ['code'],
      code_challenge_methods_supported: ['S256'],
    });
  });

  const askedFor = ({ authorization }: NotingProvider) => ({
    at: authorization && authorization.origin + authorization.pathname,
    scope: authorization?.searchParams.get('scope'),
    resource: authorization?.searchParams.get('resource'),
  });

  it('leads it to the authorization server, for this resource and the scopes of the route', async () => {
    const provider = new NotingProvider();
    await expect(connecting(deployment, provider).connected).rejects.toThrow(UnauthorizedError);
    expect(askedFor(provider)).toEqual({
      at: `${deployment.authorizationServer.origin}/authorize`,
      scope: 'tools:use',
      resource: AUDIENCE,
    });
  });

  it('MCP Runtime Insufficient Scope (MCP-17): leads it back there for the scopes of a tool', async () => {
    const provider = new NotingProvider(deployment.issue(USE));
    const client = await connect(deployment, provider);
    await expect(call(client, 'administer')).rejects.toThrow(UnauthorizedError);
    const { scope, resource } = askedFor(provider);
    expect(scope?.split(' ')).toEqual(
      expect.arrayContaining(['tools:use', 'files:write', 'files:admin']),
    );
    expect(resource).toBe(AUDIENCE);
  });

  it.each<[string, Claims | undefined, object]>([
    ['no token', undefined, { scope: 'tools:use' }],
    ['an expired token', { exp: 1 }, { scope: 'tools:use', error: 'invalid_token' }],
    ['a missing scope', {}, { scope: 'tools:use', error: 'insufficient_scope' }],
  ])('is read from the challenge for %s as it was meant', async (_name, claims, expected) => {
    const token = claims && deployment.issue(claims);
    const response = await deployment.get('/mcp', token);
    const read = extractWWWAuthenticateParams(response);
    expect(read).toEqual({ resourceMetadataUrl: new URL(RESOURCE_METADATA), ...expected });
  });
});

describe.each(ADAPTERS)('withAuthInfo, on %s', (adapter) => {
  @Controller('auth-info')
  class AuthInfoController {
    @Get()
    own(@Req() request: object) {
      return { auth: withAuthInfo(request, 'https://given.example/mcp').auth };
    }

    @Get('raw')
    raw(@Req() request: object & { raw?: object }) {
      return { isNodes: withAuthInfo(request) === (request.raw ?? request) };
    }

    @Get('public')
    @Public()
    open(@Req() request: object) {
      return { has: 'auth' in withAuthInfo(request) };
    }
  }

  const setup = { controllers: [AuthInfoController] };

  it("returns Node's own request", async () => {
    const deployment = await deployOnce(adapter, {}, setup);
    const response = await deployment.get('/auth-info/raw', deployment.issue());
    expect(await response.json()).toEqual({ isNodes: true });
  });

  it('puts nothing on a request whose token nobody has looked at', async () => {
    const deployment = await deployOnce(adapter, {}, setup);
    const response = await deployment.get('/auth-info/public', deployment.issue());
    expect(await response.json()).toEqual({ has: false });
  });

  it('takes the resource that it is given, and shows the token with exposeRawToken only', async () => {
    const deployment = await deployOnce(adapter, { exposeRawToken: true }, setup);
    const token = deployment.issue();
    const response = await deployment.get('/auth-info', token);
    const resource = 'https://given.example/mcp';
    expect(await response.json()).toMatchObject({ auth: { token, resource } });
  });
});

describe('toAuthInfo', () => {
  const deployment = deploy('express', { audience: [AUDIENCE, 'tickets.example'] });
  const info = async (claims: Claims, resource?: string | URL) => {
    const verifier = deployment.service.app.get(AccessTokenVerifier);
    return toAuthInfo(await verifier.verify(deployment.issue(claims)), resource);
  };

  it.each<[string, Claims, string | URL | undefined, URL | undefined]>([
    ['the audience of the token', {}, undefined, new URL(AUDIENCE)],
    ['the only one of a list', { aud: [AUDIENCE] }, undefined, new URL(AUDIENCE)],
    ['none of several audiences', { aud: [OTHER_AUDIENCE, AUDIENCE] }, undefined, undefined],
    ['none, where the audience is no URL', { aud: 'tickets.example' }, undefined, undefined],
    ['a given string', { aud: [OTHER_AUDIENCE, AUDIENCE] }, AUDIENCE, new URL(AUDIENCE)],
    ['a given URL', {}, new URL('https://x.example'), new URL('https://x.example')],
  ])('names as the resource %s', async (_name, claims, given, expected) => {
    expect((await info(claims, given)).resource).toEqual(expected);
  });

  it('has nothing where the token has nothing', async () => {
    const nobody = { sub: undefined, client_id: undefined, scope: '', permissions: [] };
    const { clientId, scopes, extra, expiresAt } = await info({ ...nobody, exp: now() + 99.5 });
    expect({ clientId, scopes }).toEqual({ clientId: '', scopes: [] });
    expect(Object.keys(extra)).toEqual(['issuer', 'claims']);
    expect(Number.isInteger(expiresAt)).toBe(true);
  });
});
