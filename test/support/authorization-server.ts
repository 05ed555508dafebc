import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json, status, type Answer } from './answers.js';
import { signingKey, type SigningKey } from './signing-key.js';
import { validClaims, validHeader, type Claims } from './tokens.js';

export const JWKS = '/jwks';

/**
 * An authorization server on loopback, as far as a resource server can tell: metadata, keys, and tokens, of which any
 * can be wrong.
 */
export class AuthorizationServer {
  /** The published keys, good and bad. */
  keys: unknown[];
  /** What the metadata says, and where. */
  metadata: Record<string, unknown>;
  metadataPath: string;
  /** The paths that were asked for, in order. */
  readonly trail: string[] = [];
  private readonly answers = new Map<string, Answer>();

  private constructor(
    private readonly server: Server,
    readonly origin: string,
    /** The issuer identifier. */
    readonly issuer: string,
    /** The key that tokens are signed with. */
    public key: SigningKey,
  ) {
    this.keys = [key.jwk];
    this.metadata = { issuer, jwks_uri: this.jwksUri };
    this.metadataPath = `/.well-known/oauth-authorization-server${issuer.slice(origin.length)}`;
    server.on('request', (request, response) => this.answer(request, response));
  }

  /** @param path of the issuer identifier */
  static async start({ path = '', key = signingKey('ES256') } = {}): Promise<AuthorizationServer> {
    const server = createServer();
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return new AuthorizationServer(server, origin, origin + path, key);
  }

  get jwksUri(): string {
    return this.origin + JWKS;
  }

  /** A token that passes every check, but for what is given; `undefined` leaves a member out. */
  issue(claims: Claims = {}, header: Claims = {}, key = this.key): string {
    return key.sign(
      { ...validHeader(key.alg, key.kid), ...header },
      { ...validClaims(this.issuer), ...claims },
    );
  }

  /** Signs with another key from now on, and publishes it. */
  rotate(key: SigningKey, { keepOld = false } = {}): void {
    this.key = key;
    this.keys = keepOld ? [...this.keys, key.jwk] : [key.jwk];
  }

  /** Answers a path in another way, until it recovers. */
  fail(path: string, answer: Answer): void {
    this.answers.set(path, answer);
  }

  recover(): void {
    this.answers.clear();
  }

  /** How often a path was asked for. */
  requests(path: string): number {
    return this.trail.filter((each) => each === path).length;
  }

  /** Listens again, at the address it had before it was stopped. */
  async restart(): Promise<void> {
    const port = Number(new URL(this.origin).port);
    await new Promise<void>((listening) => this.server.listen(port, '127.0.0.1', listening));
  }

  async stop(): Promise<void> {
    const stopped = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await stopped;
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? '';
    this.trail.push(path);
    const usual: Record<string, Answer> = {
      [JWKS]: json({ keys: this.keys }),
      [this.metadataPath]: json(this.metadata),
    };
    const answer = this.answers.get(path) ?? usual[path] ?? status(404);
    void answer(request, response);
  }
}
