import type { OAuthClientProvider } from '@modelcontextprotocol/sdk/client/auth.js';
import type {
  OAuthClientInformationMixed,
  OAuthClientMetadata,
  OAuthTokens,
} from '@modelcontextprotocol/sdk/shared/auth.js';
import { randomBytes } from 'node:crypto';
import { codeIn, followToClient } from './browser.js';

/**
 * What an MCP client with a person before it gives the SDK: it registers itself, sends the person to the authorization
 * server and keeps what comes of it, in memory. The person is played as well.
 */
export class InteractiveProvider implements OAuthClientProvider {
  readonly redirectUrl = 'http://127.0.0.1/callback';
  readonly clientMetadata: OAuthClientMetadata = {
    client_name: 'An MCP client',
    redirect_uris: [this.redirectUrl],
    grant_types: ['authorization_code'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
  };

  private registration: OAuthClientInformationMixed | undefined;
  private granted: OAuthTokens | undefined;
  private verifier = '';
  private expectedState = '';
  private code: string | undefined;

  state(): string {
    this.expectedState = randomBytes(16).toString('base64url');
    return this.expectedState;
  }

  clientInformation(): OAuthClientInformationMixed | undefined {
    return this.registration;
  }

  saveClientInformation(registration: OAuthClientInformationMixed): void {
    this.registration = registration;
  }

  tokens(): OAuthTokens | undefined {
    return this.granted;
  }

  saveTokens(tokens: OAuthTokens): void {
    this.granted = tokens;
  }

  saveCodeVerifier(verifier: string): void {
    this.verifier = verifier;
  }

  codeVerifier(): string {
    return this.verifier;
  }

  async redirectToAuthorization(authorizationUrl: URL): Promise<void> {
    const parameters = await followToClient(authorizationUrl, this.redirectUrl);
    this.code = codeIn(parameters, this.expectedState);
  }

  /** The code that the person came back with, once. */
  takeCode(): string {
    const { code } = this;
    if (code === undefined) throw new Error('Nobody has been sent to the authorization server.');
    this.code = undefined;
    return code;
  }
}
