/** What a file for `audience-auth replay` says. */
export interface Fleet {
  readonly services: readonly Service[];
  readonly hostile?: TestIssuer;
}

/** A service that tokens are tried at. */
export interface Service {
  readonly name: string;
  readonly url: string;
  readonly method: Method;
  /** What its tokens are for. Services of one audience let each other's tokens in, and should. */
  readonly audience?: string;
  readonly source: TokenSource;
}

/** Not OPTIONS, which browsers send without a token. */
export const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
export type Method = (typeof METHODS)[number];

/** Where the token comes from that a service must let in. */
export type TokenSource =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'tokenEnv'; readonly variable: string }
  | { readonly kind: 'tokenCommand'; readonly command: string | readonly string[] }
  | { readonly kind: 'client'; readonly client: FleetClient };

/** A client that asks for a token in its own name (RFC 6749 §4.4). */
export interface FleetClient {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string | { readonly variable: string };
  /** Where the authorization server's metadata is not to be asked, or names another host. */
  readonly tokenEndpoint?: string;
  /** RFC 8707 §2. */
  readonly resource?: string;
  readonly scope?: string;
}

/** An issuer that the services trust for tests only, and whose private key is at hand: hostile tokens are signed with it. */
export interface TestIssuer {
  readonly issuer: string;
  /** A file with the private JWK; its path is seen from the file that names it. */
  readonly keyFile: string;
}
