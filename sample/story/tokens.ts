import { SCOPES, type ConfidentialClient } from '../authorization-server/clients.js';
import { mcpUrl, type Addresses } from '../processes/system.js';

/** Asks the authorization server for an access token for one resource (RFC 6749 §4.4, RFC 8707 §2.2). */
async function clientCredentials(
  issuer: string,
  { id, secret }: ConfidentialClient,
  resource: string,
  scope: string,
): Promise<string> {
  const { access_token: token } = await tokenRequest(
    issuer,
    { grant_type: 'client_credentials', resource, scope },
    { Authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` },
  );
  return token;
}

/** What a token endpoint answers. */
export interface TokenResponse {
  readonly access_token: string;
  readonly id_token?: string;
}

export async function tokenRequest(
  issuer: string,
  parameters: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<TokenResponse> {
  const response = await fetch(`${issuer}/token`, {
    method: 'POST',
    headers,
    body: new URLSearchParams(parameters),
  });
  if (!response.ok) throw new Error(`No token: ${response.status} ${await response.text()}`);
  return (await response.json()) as TokenResponse;
}

/** Tokens by the service they are for. */
export function tokensFor(addresses: Addresses) {
  const { authorizationServer, tickets, codeSearch } = addresses;
  return {
    tickets: (client: ConfidentialClient, scope: string = SCOPES.tickets) =>
      clientCredentials(authorizationServer, client, mcpUrl(tickets), scope),
    codeSearch: (client: ConfidentialClient, scope: string = SCOPES.codeSearch) =>
      clientCredentials(authorizationServer, client, mcpUrl(codeSearch), scope),
  };
}
