import type { SignatureAlgorithm } from '../keys/algorithms.js';
import type { RejectionEvent } from '../rejection/rejection-event.js';
import type { KeyOptions } from './key.options.js';
import type { ResourceOptions } from './resource.options.js';

/** An authorization server whose tokens are let in, where more is to be said of it than its identifier. */
export interface IssuerOptions {
  /** Its issuer identifier, exactly as it stands in `iss`: a trailing slash counts. */
  readonly issuer: string;
  /**
   * Where its keys are (RFC 7517 §5).
   *
   * @default found by discovery (RFC 8414 §3, OpenID Connect Discovery §4)
   */
  readonly jwksUri?: string;
  /**
   * What this service is called by this issuer.
   *
   * @default the module's `audience`
   */
  readonly audience?: string | readonly [string, ...string[]];
  /** @default the module's `algorithms` */
  readonly algorithms?: readonly [SignatureAlgorithm, ...SignatureAlgorithm[]];
  /** @default the module's `tokenProfile` */
  readonly tokenProfile?: 'auto' | 'rfc9068';
}

/**
 * What an application declares to `AudienceAuthModule.forRoot`. Checked at boot, all of it: an error names every problem
 * and how to mend it. An option that does not exist is such a problem.
 *
 * @example
 * ```ts
 * import type { AudienceAuthOptions } from 'nestjs-audience-auth';
 *
 * export const options: AudienceAuthOptions = {
 *   issuer: 'https://auth.example.com',
 *   audience: 'https://tickets.example.com/v1/mcp',
 * };
 * ```
 */
export interface AudienceAuthOptions {
  /**
   * The authorization servers whose tokens are let in, by their issuer identifiers (RFC 8414 §2), compared exactly with
   * `iss`. https, without query and fragment; http for loopback hosts.
   */
  readonly issuer:
    string | IssuerOptions | readonly [string | IssuerOptions, ...(string | IssuerOptions)[]];
  /**
   * The identifiers of this service, one of which must stand in `aud` (RFC 9068 §4), compared exactly. Cannot be left
   * out, emptied or switched off. `https://host` and `https://host/` count as one.
   */
  readonly audience: string | readonly [string, ...string[]];
  /**
   * Where the issuer's keys are, for a single issuer.
   *
   * @default found by discovery
   */
  readonly jwksUri?: string;
  /**
   * Allows http beyond loopback, for a container network in development. Warned of at every boot.
   *
   * @default false
   */
  readonly allowInsecureHttp?: boolean;
  /**
   * The signature algorithms that are let in (RFC 8725 §3.1).
   *
   * @default all of RS, PS and ES with 256, 384 and 512, EdDSA, Ed25519
   */
  readonly algorithms?: readonly [SignatureAlgorithm, ...SignatureAlgorithm[]];
  /**
   * How an access token is told from other JWTs. `rfc9068`: header `typ` at+jwt and the claims of RFC 9068 §2.2.
   * `auto`: the evidence that authorization servers leave on access tokens; without any, refused.
   *
   * @default 'auto'
   */
  readonly tokenProfile?: 'auto' | 'rfc9068';
  /**
   * Further values of the header `typ` that mark an access token.
   *
   * @default []
   */
  readonly acceptTyp?: readonly string[];
  /**
   * How far the clocks may be apart, in seconds, 0 to 300 (RFC 7519 §4.1.4).
   *
   * @default 5
   */
  readonly clockToleranceSeconds?: number;
  /**
   * The age, in seconds since `iat`, beyond which a token is refused, as is one from the future; `false`: any age.
   *
   * @default 86_400
   */
  readonly maxTokenAgeSeconds?: number | false;
  /**
   * The audiences that a token may name beside ours: a token for several services can be replayed between them
   * (RFC 8707 §3). `[]`: none.
   *
   * @default 'any'
   */
  readonly coAudiences?: 'any' | readonly string[];
  /**
   * The clients whose tokens are let in, by `client_id` or `azp`.
   *
   * @default any
   */
  readonly authorizedParties?: readonly [string, ...string[]];
  /**
   * The claims that hold scopes, as a string with spaces or an array.
   *
   * @default ['scope', 'scp']
   */
  readonly scopeClaims?: readonly [string, ...string[]];
  /**
   * Which scopes a scope brings with it, over any number of steps.
   *
   * @default none
   *
   * @example { 'files:admin': ['files:write'], 'files:write': ['files:read'] }
   */
  readonly scopeHierarchy?: Readonly<Record<string, readonly string[]>>;
  /**
   * The longest token, in bytes, that is looked at.
   *
   * @default 16_384
   */
  readonly maxTokenBytes?: number;
  /**
   * Registers the guard for every route. With `false`, routes are guarded that carry a requirement or the guard itself.
   *
   * @default true
   */
  readonly global?: boolean;
  /**
   * The protected resource metadata of this service (RFC 9728), served at its well-known path; `false`: none.
   *
   * @default made from each `audience` that is an https URL
   */
  readonly resource?: ResourceOptions | false;
  /**
   * The `realm` of challenges (RFC 6750 §3).
   *
   * @default none
   */
  readonly realm?: string;
  /** How signing keys are fetched and kept. */
  readonly keys?: KeyOptions;
  /**
   * How many verified tokens are remembered, so that their signatures need not be verified again; `false`: none. Known by
   * their SHA-256 only. Lifetime and key are looked at each time.
   *
   * @default { maxEntries: 10_000 }
   */
  readonly verifiedTokenCache?: { readonly maxEntries?: number } | false;
  /**
   * The name of the Passport strategy, for `AuthGuard(name)`, which checks the token and knows no challenge, no reason and
   * no `@CurrentToken()`. Passport has one registry for the whole process, so a name in use is refused.
   *
   * @default unique
   */
  readonly strategyName?: string;
  /**
   * Puts the token string on the `AccessToken` as `raw`, for a token exchange (RFC 8693).
   *
   * @default false
   */
  readonly exposeRawToken?: boolean;
  /**
   * What becomes of a token that is bound to a key (`cnf`, RFC 7800) whose possession nothing here can check.
   *
   * @default 'refuse'
   */
  readonly boundTokens?: 'refuse';
  /**
   * Is told of each refusal, after it has been decided: for metrics and audit logs. What it throws is logged, and changes
   * nothing.
   *
   * @default none; a few refusals a second are logged with level `debug` in any case
   */
  readonly onRejection?: (event: RejectionEvent) => void;
}

/** Makes the options of a `forRootAsync` with `useClass` or `useExisting`. */
export interface AudienceAuthOptionsFactory {
  createAudienceAuthOptions():
    Omit<AudienceAuthOptions, 'global'> | Promise<Omit<AudienceAuthOptions, 'global'>>;
}
