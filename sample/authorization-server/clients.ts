import type { ClientMetadata } from 'oidc-provider';

/** The services that tokens are minted for, by their resource identifiers (RFC 8707 §2). */
export interface Resources {
  readonly tickets: string;
  readonly codeSearch: string;
}

/** What each service understands, as the authorization server knows it. */
export const SCOPES = {
  tickets: 'tickets:read tickets:write',
  codeSearch: 'code:search',
} as const;

export const ALL_SCOPES = `${SCOPES.tickets} ${SCOPES.codeSearch}`;

/** Clients that ask for tokens in their own name. Their secrets are worth nothing beyond this machine. */
export const CLIENTS = {
  agent: { id: 'agent', secret: 'agent-secret', tokens: 'for the service that it asks for' },
  gateway: { id: 'gateway', secret: 'gateway-secret', tokens: 'for both services at once' },
  legacy: { id: 'legacy', secret: 'legacy-secret', tokens: 'for nobody: without aud' },
  hasty: { id: 'hasty', secret: 'hasty-secret', tokens: 'that expire after a second' },
} as const;

export type ConfidentialClient = (typeof CLIENTS)[keyof typeof CLIENTS];

/** An application that people sign in to. */
export const WEB_APP = { id: 'web-app', redirectUri: 'http://127.0.0.1/signed-in' } as const;

/** What the authorization server knows of its clients from the start; others register themselves. */
export function clients({ tickets }: Resources): ClientMetadata[] {
  const confidential = Object.values(CLIENTS).map(({ id, secret }) => ({
    client_id: id,
    client_secret: secret,
    grant_types: ['client_credentials'],
    response_types: [],
    redirect_uris: [],
    scope: ALL_SCOPES,
  }));
  // The second is an application that goes by the identifier of its API: its ID tokens name that API as their audience.
  const signingPeopleIn = [WEB_APP.id, tickets].map((id) => ({
    client_id: id,
    token_endpoint_auth_method: 'none' as const,
    application_type: 'native' as const,
    grant_types: ['authorization_code'],
    response_types: ['code' as const],
    redirect_uris: [WEB_APP.redirectUri],
    scope: `openid ${ALL_SCOPES}`,
  }));
  return [...confidential, ...signingPeopleIn];
}
