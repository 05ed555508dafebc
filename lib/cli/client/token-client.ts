import { metadataUrls } from '../../keys/discovery.js';
import { nameOf } from '../../keys/json-document.js';
import { isSecureUrl } from '../../keys/secure-url.js';
import { EXIT, Failure } from '../failure.js';
import { ask, jsonObject } from './ask.js';

/** A client of an authorization server, with its secret. */
export interface Client {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** The part of an authorization server's metadata (RFC 8414 §2) that asking for tokens needs. */
export interface TokenEndpoint {
  readonly url: string;
  /** How clients may say who they are: `token_endpoint_auth_methods_supported`, where it is given. */
  readonly methods?: readonly string[];
}

/** What a client asks for with the grant `client_credentials` (RFC 6749 §4.4.2). */
export interface TokenRequest {
  /** RFC 8707 §2. */
  readonly resource?: string;
  /** What Auth0 and others have in its place. */
  readonly audience?: string;
  readonly scope?: string;
}

/** A token, or the error that the authorization server answered (RFC 6749 §5). */
export type TokenAnswer =
  | {
      readonly token: string;
      readonly expiresIn?: number;
      readonly scope?: string;
      readonly idToken?: string;
      readonly tokenType?: string;
    }
  | { readonly error: string };

/**
 * Finds the token endpoint of an issuer, on every well-known form.
 *
 * @throws Failure if there is none
 */
export async function findTokenEndpoint(issuer: string): Promise<TokenEndpoint> {
  let failure: Failure | undefined;
  for (const url of metadataUrls(issuer)) {
    const answer = await ask({ url });
    if (answer.status !== 200) continue;
    try {
      const metadata = jsonObject(answer);
      if (metadata.issuer === issuer) return tokenEndpoint(metadata, url);
      failure = new Failure(
        EXIT.protocol,
        `${nameOf(url)} is the metadata of another issuer`,
        'Write the issuer exactly as the metadata has it.',
      );
    } catch (error) {
      failure = error as Failure;
    }
  }
  throw (
    failure ??
    new Failure(
      EXIT.protocol,
      `no metadata of an authorization server was found at ${nameOf(issuer)}`,
      'Give the issuer identifier, exactly as it stands in "iss".',
    )
  );
}

/**
 * The token endpoint that a metadata document names.
 *
 * @param url of the document, for messages
 * @throws Failure if it names none, or one to which no secret may be sent
 */
export function tokenEndpoint(
  {
    token_endpoint: endpoint,
    token_endpoint_auth_methods_supported: methods,
  }: Readonly<Record<string, unknown>>,
  url: string,
): TokenEndpoint {
  if (!isSecureUrl(url, false))
    throw new Failure(
      EXIT.protocol,
      `${nameOf(url)} was read over http, where anybody can name a token_endpoint of their own`,
      'Give the https issuer; http is for this machine.',
    );
  if (!isSecureUrl(endpoint, false))
    throw new Failure(
      EXIT.protocol,
      `${nameOf(url)} names no https token_endpoint`,
      'A secret is sent over https only, and over http to this machine.',
    );
  return { url: endpoint, ...(isListOfStrings(methods) && { methods }) };
}

/**
 * Asks for a token with the grant `client_credentials` (RFC 6749 §4.4). The client says who it is in the way that the
 * metadata names: in the header (`client_secret_basic`, also where nothing is named) or in the form (`client_secret_post`).
 * If the first of two ways is refused, the second is tried.
 *
 * @returns the token, or the error of this request, such as `invalid_target` or `invalid_scope`
 * @throws Failure if there is no answer, or none that is JSON, or the client is not accepted
 */
export async function requestToken(
  endpoint: TokenEndpoint,
  client: Client,
  request: TokenRequest = {},
): Promise<TokenAnswer> {
  const [first, second] = waysIn(endpoint);
  const answer = await requestWith(first, endpoint, client, request);
  const last =
    isInvalidClient(answer) && second
      ? await requestWith(second, endpoint, client, request)
      : answer;
  if (!isInvalidClient(last)) return last;
  throw new Failure(
    EXIT.client,
    `${nameOf(endpoint.url)} does not accept the client (invalid_client): the secret is wrong or has expired, or there is no such client`,
    'Make a new secret at the authorization server, and check the client id.',
  );
}

type WayIn = 'client_secret_basic' | 'client_secret_post';

/** RFC 8414 §2: where nothing is named, it is `client_secret_basic`; in the field, the form works, too. */
function waysIn({
  methods = ['client_secret_basic', 'client_secret_post'],
}: TokenEndpoint): [WayIn, WayIn?] {
  const ways = (['client_secret_basic', 'client_secret_post'] as const).filter((each) =>
    methods.includes(each),
  );
  const [first, second] = ways;
  if (first === undefined)
    throw new Failure(
      EXIT.client,
      'the authorization server takes no client secret (token_endpoint_auth_methods_supported)',
      'Give a token by other means; a client that signs assertions or uses mutual TLS is not supported here.',
    );
  return second === undefined ? [first] : [first, second];
}

async function requestWith(
  way: WayIn,
  { url }: TokenEndpoint,
  { clientId, clientSecret }: Client,
  request: TokenRequest,
): Promise<TokenAnswer> {
  const form = new URLSearchParams({ grant_type: 'client_credentials', ...request });
  const headers: Record<string, string> = {};
  if (way === 'client_secret_post') {
    form.set('client_id', clientId);
    form.set('client_secret', clientSecret);
  } else {
    const credentials = `${formEncoded(clientId)}:${formEncoded(clientSecret)}`;
    headers.authorization = `Basic ${Buffer.from(credentials).toString('base64')}`;
  }
  const answer = await ask({ url, method: 'POST', form, headers });
  // RFC 6749 §5.2: 401 is for the client, whatever else is wrong with the answer.
  if (answer.status === 401 && !/json/i.test(answer.headers.get('content-type') ?? ''))
    return { error: 'invalid_client' };
  const json = jsonObject(answer);
  const {
    access_token: token,
    expires_in: expiresIn,
    scope,
    id_token: idToken,
    token_type: tokenType,
    error,
  } = json;
  if (answer.status === 200 && typeof token === 'string' && token !== '')
    return {
      token,
      ...(typeof expiresIn === 'number' && { expiresIn }),
      ...(typeof scope === 'string' && { scope }),
      ...(typeof idToken === 'string' && { idToken }),
      ...(typeof tokenType === 'string' && { tokenType }),
    };
  return { error: isErrorCode(error) ? error : `status ${answer.status}` };
}

function isInvalidClient(answer: TokenAnswer): boolean {
  return 'error' in answer && answer.error === 'invalid_client';
}

/** RFC 6749 §4.1.2.1, §5.2, RFC 8707 §2. Another word is not repeated: it could be the secret. */
const ERRORS: readonly unknown[] = [
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
  'invalid_target',
  'access_denied',
  'server_error',
  'temporarily_unavailable',
];

function isErrorCode(error: unknown): error is string {
  return ERRORS.includes(error);
}

/** RFC 6749 §2.3.1: both are form-encoded before they are put into the header. */
function formEncoded(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1);
}

function isListOfStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}
