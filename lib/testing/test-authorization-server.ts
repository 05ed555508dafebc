import { randomUUID } from 'node:crypto';
import { ALGORITHM_NAMES, isAlgorithm, type SignatureAlgorithm } from '../keys/algorithms.js';
import type { Claims } from '../policy/check.js';
import { DocumentServer, JWKS_PATH, type PublishedDocument } from './document-server.js';
import type { Fault } from './fault.js';
import { SigningKey } from './signing-key.js';

/** How a {@link TestAuthorizationServer} is started. */
export interface TestAuthorizationServerOptions {
  /**
   * What it signs with: any algorithm that this library verifies.
   *
   * @default 'RS256'
   */
  readonly algorithm?: SignatureAlgorithm;
  /**
   * Where it listens on 127.0.0.1; `0`: at a port that is free.
   *
   * @default 0
   */
  readonly port?: number;
}

/** How long tokens live, in seconds. */
const LIFETIME = 3600;

/**
 * A real authorization server for tests, on 127.0.0.1: metadata, keys and tokens, and every trouble that it can be in.
 *
 * It has no endpoint at which clients ask for tokens; tests take them from {@link issue}. What it issues is good as
 * long as nothing is overridden. Stop it when the tests are over: as long as it listens, it keeps the process alive.
 *
 * @example
 * ```ts
 * import { AudienceAuthModule } from 'nestjs-audience-auth';
 * import { TestAuthorizationServer } from 'nestjs-audience-auth/testing';
 *
 * const audience = 'https://tickets.example.com/mcp';
 * const server = await TestAuthorizationServer.start({ algorithm: 'ES256' });
 *
 * export const auth = AudienceAuthModule.forRoot({ issuer: server.issuer, audience });
 * export const token = await server.issue({ aud: audience, scope: 'tickets:read' });
 *
 * await server.stop();
 * ```
 */
export class TestAuthorizationServer {
  /** The published keys; the first one signs. */
  private keys: readonly [SigningKey, ...SigningKey[]];
  private readonly documents: DocumentServer;

  private constructor(key: SigningKey, port: number) {
    this.keys = [key];
    this.documents = new DocumentServer(port, {
      jwks: () => ({ keys: this.keys.map(({ jwk }) => jwk) }),
      metadata: () => this.metadata(),
    });
  }

  /**
   * Makes a key and listens.
   *
   * @throws RangeError, as a rejection, for an algorithm that is not supported
   * @throws Error, as a rejection, if the port is not free
   */
  static async start({
    algorithm = 'RS256',
    port = 0,
  }: TestAuthorizationServerOptions = {}): Promise<TestAuthorizationServer> {
    if (!isAlgorithm(algorithm)) {
      throw new RangeError(
        `${JSON.stringify(algorithm)} is no supported algorithm. Give one of: ${ALGORITHM_NAMES.join(', ')}.`,
      );
    }
    const server = new TestAuthorizationServer(await SigningKey.generate(algorithm), port);
    await server.start();
    return server;
  }

  /** The issuer identifier (RFC 8414 §2), which is also where it listens. It stays the same after a `stop()`. */
  get issuer(): string {
    return this.documents.origin;
  }

  /** Where the keys are, for an application that does without discovery. */
  get jwksUri(): string {
    return this.issuer + JWKS_PATH;
  }

  /** The key that signs. @internal */
  get signingKey(): SigningKey {
    return this.keys[0];
  }

  /**
   * An access token (RFC 9068 §2.2). `iss`, `sub`, `client_id`, `iat`, `exp` (in an hour) and `jti` are filled in, and
   * `typ` is `at+jwt`; each can be overridden, and `undefined` leaves it out. `aud` and `scope` are yours to give.
   *
   * It is signed with the server's key and algorithm, whatever the header says.
   */
  async issue(claims: Claims, header: Claims = {}): Promise<string> {
    const filledIn = { client_id: 'test-client', jti: randomUUID() };
    return this.sign({ typ: 'at+jwt' }, filledIn, claims, header);
  }

  /**
   * An ID token (OpenID Connect Core §2), which no API may take for an access token. `iss`, `sub`, `aud` (the client),
   * `iat`, `exp`, `auth_time` and `nonce` are filled in, and `typ` is `JWT`; each can be overridden, and `undefined`
   * leaves it out.
   */
  async issueIdToken(claims: Claims = {}, header: Claims = {}): Promise<string> {
    const filledIn = { aud: 'test-client', auth_time: now(), nonce: randomUUID() };
    return this.sign({ typ: 'JWT' }, filledIn, claims, header);
  }

  /**
   * Signs with a new key from now on.
   *
   * @param keepOld whether the keys before it stay published, as while a rotation goes on; by default they are
   * withdrawn
   */
  async rotate({ keepOld = false }: { readonly keepOld?: boolean } = {}): Promise<void> {
    const key = await SigningKey.generate(this.signingKey.alg);
    this.keys = keepOld ? [key, ...this.keys] : [key];
  }

  /**
   * Answers the requests for a document in this way, until {@link recover}.
   *
   * @throws TypeError for what is no document of the server, or no fault
   */
  fail(document: PublishedDocument, fault: Fault): void {
    this.documents.fail(document, fault);
  }

  /** Answers all requests rightly again; those that hang already are never answered. */
  recover(): void {
    this.documents.recover();
  }

  /**
   * How often a document was asked for since the beginning, faults included.
   *
   * @throws TypeError for what is no document of the server
   */
  requests(document: PublishedDocument): number {
    return this.documents.requests(document);
  }

  /**
   * Listens again after {@link stop}, at the same address and with the same keys: the end of an outage.
   *
   * @throws Error, as a rejection, if it listens already, or if the port is not free
   */
  async start(): Promise<void> {
    await this.documents.start();
  }

  /** Drops all connections and listens no more, so that nothing keeps the process alive. Does no harm when repeated. */
  async stop(): Promise<void> {
    await this.documents.stop();
  }

  /** Answers a path that no authorization server has, for those who look where a token tells them to. @internal */
  publish(path: string, text: string): string {
    return this.documents.publish(path, text);
  }

  private sign(usualHeader: Claims, filledIn: Claims, claims: Claims, header: Claims): string {
    const { issuer: iss, signingKey: key } = this;
    const iat = now();
    return key.sign(
      { ...usualHeader, alg: key.alg, kid: key.kid, ...header },
      { iss, sub: 'test-user', iat, exp: iat + LIFETIME, ...filledIn, ...claims },
    );
  }

  private metadata(): object {
    return {
      issuer: this.issuer,
      jwks_uri: this.jwksUri,
      response_types_supported: [],
      grant_types_supported: [],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: [this.signingKey.alg],
    };
  }
}

function now(): number {
  return Math.floor(Date.now() / 1000);
}
