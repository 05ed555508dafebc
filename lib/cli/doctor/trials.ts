import { parseCompactJws, type CompactJws } from '../../verification/compact-jws.js';
import {
  requestToken,
  type Client,
  type TokenEndpoint,
  type TokenRequest,
} from '../client/token-client.js';

/** What an authorization server answered to one request for a token. */
export interface Trial {
  /** The service that the token was asked for. */
  readonly resource?: string;
  /** Its error code, if there is no token. */
  readonly error?: string;
  readonly token?: string;
  /** The token taken apart, if it is a JWT. */
  readonly jws?: CompactJws;
  readonly idToken?: string;
}

/** How a client names the service that it wants a token for (RFC 8707 §2; `audience` at Auth0 and others). */
export type Parameter = 'resource' | 'audience';

/** Asks for tokens on behalf of one client. */
export class Trials {
  constructor(
    private readonly endpoint: TokenEndpoint,
    private readonly client: Client,
    private readonly scope: string | undefined,
    private readonly step: (text: string) => void,
  ) {}

  /** @throws Failure as `requestToken` does */
  async without(): Promise<Trial> {
    return this.ask({}, 'asking for a token for no service in particular');
  }

  /** One token for each service. */
  async forEach(parameter: Parameter, resources: readonly string[]): Promise<Trial[]> {
    const trials: Trial[] = [];
    for (const resource of resources) {
      const trial = await this.ask(
        { [parameter]: resource },
        `asking for a token with ${parameter}=${resource}`,
      );
      trials.push({ ...trial, resource });
    }
    return trials;
  }

  /** OpenID Connect Core §3.1.2.1: with the scope `openid`, for whatever ID token comes with it. */
  async withOpenId(request: TokenRequest): Promise<Trial> {
    const scope = ['openid', this.scope].filter((each) => each !== undefined).join(' ');
    return this.ask({ ...request, scope }, 'asking for an ID token');
  }

  private async ask(request: TokenRequest, what: string): Promise<Trial> {
    this.step(what);
    const wanted = { ...(this.scope !== undefined && { scope: this.scope }), ...request };
    const answer = await requestToken(this.endpoint, this.client, wanted);
    if ('error' in answer) return { error: answer.error };
    const jws = parseCompactJws(answer.token, new Map());
    return {
      token: answer.token,
      ...(typeof jws !== 'string' && { jws }),
      ...(answer.idToken !== undefined && { idToken: answer.idToken }),
    };
  }
}

/** The audiences that a token names (RFC 7519 §4.1.3). */
export function audiencesOf({ jws }: Trial): readonly string[] {
  const aud = jws?.claims.aud;
  const list: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  return list.filter((each) => typeof each === 'string');
}
