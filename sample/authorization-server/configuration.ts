import {
  errors,
  type AccessToken,
  type Client,
  type ClientCredentials,
  type Configuration,
  type JWK,
} from 'oidc-provider';
import { ALL_SCOPES, clients, CLIENTS, SCOPES, type Resources } from './clients.js';
import { MemoryAdapter } from './memory-adapter.js';
import { unusualTokens } from './unusual-tokens.js';

/** Seconds: what the resource's own settings say. */
function lifetime(_context: unknown, { resourceServer }: AccessToken | ClientCredentials): number {
  return resourceServer?.accessTokenTTL ?? 600;
}

/** How the authorization server is set up: tokens for the resource that was asked for, and for no other (RFC 8707). */
export function configuration(resources: Resources, keys: readonly [JWK, ...JWK[]]): Configuration {
  const scopes = new Map<string, string>([
    [resources.tickets, SCOPES.tickets],
    [resources.codeSearch, SCOPES.codeSearch],
  ]);
  const resourceServer = (resource: string, clientId: string) => {
    const scope = scopes.get(resource);
    if (scope === undefined) throw new errors.InvalidTarget();
    return {
      audience: resource,
      scope,
      accessTokenFormat: 'jwt' as const,
      accessTokenTTL: clientId === CLIENTS.hasty.id ? 1 : 600,
      jwt: { sign: { alg: 'RS256' as const, kid: keys[0].kid } },
    };
  };

  return {
    adapter: MemoryAdapter,
    jwks: { keys },
    clients: clients(resources),
    scopes: ['openid', ...ALL_SCOPES.split(' ')],
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      registration: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: (_context, _client, granted) => granted?.[0] ?? [],
        useGrantedResource: () => true,
        getResourceServerInfo: (_context, resource, client: Client) =>
          resourceServer(resource, client.clientId),
      },
    },
    formats: { customizers: { jwt: unusualTokens(resources) } },
    // MCP clients register with the scopes of the first challenge they meet. What they may have beyond that, the user
    // decides when they ask for it. (oidc-provider calls a validator only for properties of one's own: here is one.)
    extraClientMetadata: {
      properties: ['any_scope'],
      validator: (request, _property, _value, metadata) => {
        if (request) metadata.scope = ALL_SCOPES;
      },
    },
    findAccount: (_context, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    pkce: { required: () => true },
    cookies: { keys: ['only on this machine'] },
    clientBasedCORS: () => true,
    ttl: {
      Session: 3600,
      Grant: 3600,
      Interaction: 600,
      AuthorizationCode: 60,
      IdToken: 600,
      AccessToken: lifetime,
      ClientCredentials: lifetime,
    },
  };
}
