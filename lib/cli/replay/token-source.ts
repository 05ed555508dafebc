import { findTokenEndpoint, requestToken, type TokenEndpoint } from '../client/token-client.js';
import { EXIT, Failure } from '../failure.js';
import { isBearerToken } from './bearer.js';
import type { FleetClient, TokenSource } from './fleet.js';
import { outputOf } from './token-command.js';

/** What a source of tokens may use. */
export interface TokenMeans {
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Gets the token of a service.
 *
 * @throws Failure that says why there is none
 */
export async function tokenFrom(source: TokenSource, means: TokenMeans): Promise<string> {
  const text = (await read(source, means)).trim();
  if (isBearerToken(text)) return text;
  const what = text === '' ? 'nothing' : 'something that is no bearer token (RFC 6750 §2.1)';
  throw new Failure(
    EXIT.undecided,
    `${GAVE[source.kind]} ${what}`,
    'It has to be the token alone.',
  );
}

const GAVE = {
  token: 'the file holds',
  tokenEnv: 'the environment variable holds',
  tokenCommand: 'the command printed',
  client: 'the authorization server gave',
};

function read(source: TokenSource, means: TokenMeans): string | Promise<string> {
  if (source.kind === 'token') return source.token;
  if (source.kind === 'tokenEnv') return valueOf(source.variable, means);
  if (source.kind === 'tokenCommand') return outputOf(source.command, means.env);
  return grantedTo(source.client, means);
}

/** A name that is not written as such names are is not repeated: it may be the secret itself. */
function valueOf(variable: string, { env }: TokenMeans): string {
  const value = env[variable];
  if (value === undefined || value.trim() === '') {
    const name = /^[A-Z][A-Z0-9_]{0,39}$/.test(variable) ? variable : 'that the file names';
    throw new Failure(EXIT.data, `the environment variable ${name} is not set`);
  }
  return value;
}

async function grantedTo(client: FleetClient, means: TokenMeans): Promise<string> {
  const { clientId, clientSecret: given, resource, scope } = client;
  const clientSecret = typeof given === 'string' ? given : valueOf(given.variable, means);
  const endpoint = await endpointFor(client);
  const answer = await requestToken(
    endpoint,
    { clientId, clientSecret },
    { ...(resource !== undefined && { resource }), ...(scope !== undefined && { scope }) },
  );
  if ('token' in answer) return answer.token;
  const [error, remedy] = REMEDIES.find(([name]) => name === answer.error) ?? [];
  throw new Failure(
    EXIT.undecided,
    `the authorization server gives no token (${error ?? 'no error of RFC 6749 §5.2 says why'})`,
    remedy ?? 'Ask it with audience-auth doctor.',
  );
}

/** By the error (RFC 6749 §5.2, RFC 8707 §2). Another is not repeated: it could be the secret. */
const REMEDIES = [
  [
    'invalid_target',
    'Check resource: the authorization server does not know it, or not for this client.',
  ],
  ['invalid_scope', 'Check scope: the client may not have it.'],
  ['unauthorized_client', 'Allow the client the grant client_credentials.'],
  ['unsupported_grant_type', 'Allow the client the grant client_credentials.'],
  ['invalid_request', 'Perhaps it wants a resource or a scope.'],
] as const;

async function endpointFor({ issuer, tokenEndpoint }: FleetClient): Promise<TokenEndpoint> {
  if (tokenEndpoint !== undefined) return { url: tokenEndpoint };
  const endpoint = await findTokenEndpoint(issuer);
  const { host } = new URL(endpoint.url);
  if (host === new URL(issuer).host) return endpoint;
  throw new Failure(
    EXIT.undecided,
    `nothing is sent to ${host}, a host that the file does not name for this client`,
    "If the secret may go there, name it as the client's tokenEndpoint.",
  );
}
