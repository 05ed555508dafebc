import { createHash, randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Configuration, JWK, Provider } from 'oidc-provider';
import { vi } from 'vitest';
import { signingKey, type SigningAlgorithm, type SigningKey } from '../support/signing-key.js';

/** What clients ask for, and what they get. */
interface Tokens {
  readonly access_token: string;
  readonly id_token?: string;
  readonly token_type: string;
}

const REDIRECT_URI = 'https://client.example/signed-in';
const SCOPES = 'files:read files:write';
const SECRET = 'secret';
/** The algorithms that it signs with; a client of each name gets tokens of that algorithm. */
export const ALGORITHMS = ['RS256', 'ES256', 'EdDSA'] as const satisfies SigningAlgorithm[];
export type Algorithm = (typeof ALGORITHMS)[number];

/** oidc-provider, with the resources that are given, on a port of its own. */
export class OidcAuthorizationServer {
  private provider!: Provider;
  private keys: SigningKey[] = [];

  private constructor(
    private readonly server: Server,
    readonly issuer: string,
    private readonly resources: readonly string[],
    private readonly Provider: new (issuer: string, configuration: Configuration) => Provider,
    private readonly resourceIndicators: boolean,
  ) {
    server.on('request', (request, response) => {
      // Whoever comes is alice.
      const answered = request.url?.startsWith('/interaction/')
        ? this.provider.interactionFinished(request, response, { login: { accountId: 'alice' } })
        : this.provider.callback()(request, response);
      answered.catch((error: unknown) => response.writeHead(500).end(String(error)));
    });
  }

  /** @param resourceIndicators whether it heeds RFC 8707; without, its access tokens are opaque */
  static async start(
    resources: readonly string[],
    { resourceIndicators = true } = {},
  ): Promise<OidcAuthorizationServer> {
    // It has much to say on the console, from the import on.
    for (const level of ['warn', 'info'] as const) {
      vi.spyOn(console, level).mockImplementation(() => undefined);
    }
    const { Provider } = await import('oidc-provider');
    const server = createServer();
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const instance = new OidcAuthorizationServer(
      server,
      issuer,
      resources,
      Provider,
      resourceIndicators,
    );
    instance.rotate('first');
    return instance;
  }

  /** Signs with new keys from now on. Those before stay published, or not. */
  rotate(generation: string, { keepOld = false } = {}): void {
    const made = ALGORITHMS.map((alg) => signingKey(alg, `${alg} ${generation}`));
    this.keys = [...made, ...(keepOld ? this.keys : [])];
    // It takes its keys when it is made.
    this.provider = new this.Provider(this.issuer, this.configuration());
  }

  /** RFC 6749 §4.4, RFC 8707 §2. */
  async clientCredentials(client: string, resource?: string, scope = SCOPES): Promise<Tokens> {
    return this.token(client, { grant_type: 'client_credentials', scope, ...optional(resource) });
  }

  /** RFC 6749 §4.1, RFC 7636, RFC 8707 §2: somebody signs in and consents, and a code becomes tokens. */
  async authorizationCode(client: string, resource?: string, nonce?: string): Promise<Tokens> {
    const verifier = randomBytes(32).toString('base64url');
    const request = new URLSearchParams({
      client_id: client,
      redirect_uri: REDIRECT_URI,
      response_type: 'code',
      scope: `openid ${SCOPES}`,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
      ...(nonce !== undefined && { nonce }),
      ...optional(resource),
    });
    const code = await this.signIn(`/auth?${request.toString()}`);
    return this.token(client, {
      grant_type: 'authorization_code',
      code,
      code_verifier: verifier,
      redirect_uri: REDIRECT_URI,
      ...optional(resource),
    });
  }

  async stop(): Promise<void> {
    const stopped = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await stopped;
  }

  private async token(client: string, form: Record<string, string>): Promise<Tokens> {
    const response = await fetch(`${this.issuer}/token`, {
      method: 'POST',
      body: new URLSearchParams({ client_id: client, client_secret: SECRET, ...form }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`the token endpoint answered ${response.status}: ${text}`);
    return JSON.parse(text) as Tokens;
  }

  /** Follows the redirects with a browser's cookies until one leads back to the client. */
  private async signIn(start: string): Promise<string> {
    const cookies = new Map<string, string>();
    let location = new URL(start, this.issuer);
    for (let steps = 0; location.origin === this.issuer && steps < 10; steps++) {
      const cookie = [...cookies].map((pair) => pair.join('=')).join('; ');
      const response = await fetch(location, { redirect: 'manual', headers: { cookie } });
      for (const line of response.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        cookies.set(name, value);
      }
      const next = response.headers.get('location');
      if (next === null) throw new Error(`${response.status}: ${await response.text()}`);
      location = new URL(next, location);
    }
    const code = location.searchParams.get('code');
    if (code === null) throw new Error(`no code in ${location.href}`);
    return code;
  }

  private configuration(): Configuration {
    const { resources } = this;
    const [firstResource = ''] = resources;
    return {
      jwks: { keys: this.keys.map(({ privateJwk }) => privateJwk as unknown as JWK) },
      clients: [...ALGORITHMS, firstResource].map((id) => ({
        client_id: id,
        client_secret: SECRET,
        token_endpoint_auth_method: 'client_secret_post',
        grant_types: ['client_credentials', 'authorization_code'],
        response_types: ['code'],
        redirect_uris: [REDIRECT_URI],
        scope: `openid ${SCOPES}`,
        id_token_signed_response_alg: algorithmOf(id),
      })),
      scopes: ['openid', ...SCOPES.split(' ')],
      features: {
        clientCredentials: { enabled: true },
        devInteractions: { enabled: false },
        resourceIndicators: {
          enabled: this.resourceIndicators,
          defaultResource: (_context, _client, oneOf) => oneOf?.[0] ?? [],
          useGrantedResource: () => true,
          getResourceServerInfo: (_context, resource, { clientId }) => {
            if (!resources.includes(resource)) throw new Error(`there is no ${resource}`);
            const alg = algorithmOf(clientId);
            const kid = this.keys.find((key) => key.alg === alg)?.kid;
            return {
              audience: resource,
              scope: SCOPES,
              accessTokenFormat: 'jwt',
              accessTokenTTL: 600,
              jwt: { sign: { alg, ...(kid !== undefined && { kid }) } },
            };
          },
        },
      },
      // Everything that is asked for is granted.
      loadExistingGrant: async ({ oidc }) => {
        const grant = new this.provider.Grant({
          accountId: 'alice',
          clientId: oidc.client?.clientId ?? '',
        });
        grant.addOIDCScope(`openid ${SCOPES}`);
        for (const resource of resources) grant.addResourceScope(resource, SCOPES);
        await grant.save();
        return grant;
      },
      findAccount: (_context, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
      interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
      pkce: { required: () => true },
      cookies: { keys: ['for tests'] },
    };
  }
}

/** The client that is called like an API signs as the default has it. */
function algorithmOf(client: string): Algorithm {
  return ALGORITHMS.find((alg) => alg === client) ?? 'RS256';
}

function optional(resource: string | undefined): { resource?: string } {
  return resource === undefined ? {} : { resource };
}
