import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json, status, type Answer } from '../support/answers.js';
import { signingKey } from '../support/signing-key.js';
import { validClaims, validHeader, type Claims } from '../support/tokens.js';

export const CLIENT = 'probe';
/** No part of it is a word that the command could say. */
export const SECRET = 'Zq8vK2-xW7_jR4~hT9.pL3';

/** What a client asks for. */
export type Form = Readonly<Record<string, string>>;

/** What the server answers to it: the members of a token answer, or an error. */
export type Issue = (form: Form, server: IssuingServer) => object;

/** An authorization server on loopback that issues whatever a test has it issue. */
export class IssuingServer {
  readonly issuer: string;
  readonly key = signingKey('ES256');
  keys: unknown[] = [this.key.jwk];
  /** Sent with the JWK set. */
  readonly keyHeaders: Record<string, string> = {};
  metadata: Record<string, unknown>;
  /** Whether the secret has to be in the form. */
  refusesBasic = false;
  /** Whatever was handed out, for tests of what must not be printed. */
  readonly tokens: string[] = [];
  readonly forms: Form[] = [];
  readonly authorizations: string[] = [];
  readonly paths: string[] = [];
  /** All that came in its requests, but for bodies. */
  readonly heard: string[] = [];
  private readonly answers = new Map<string, Answer>();

  private constructor(
    private readonly server: Server,
    private readonly issue: Issue,
  ) {
    this.issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    this.metadata = {
      issuer: this.issuer,
      jwks_uri: `${this.issuer}/jwks`,
      token_endpoint: `${this.issuer}/token`,
    };
    server.on('request', (request, response) => void this.answer(request, response));
  }

  static async start(
    issue: Issue = () => ({ error: 'unauthorized_client' }),
  ): Promise<IssuingServer> {
    const server = createServer();
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return new IssuingServer(server, issue);
  }

  /** An access token that is good, but for what is given. */
  token(claims: Claims = {}, header: Claims = {}): string {
    const token = this.key.sign(
      { ...validHeader(this.key.alg, this.key.kid), ...header },
      { ...validClaims(this.issuer), client_id: CLIENT, ...claims },
    );
    this.tokens.push(token);
    return token;
  }

  fail(path: string, answer: Answer): void {
    this.answers.set(path, answer);
  }

  async stop(): Promise<void> {
    const stopped = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await stopped;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    this.paths.push(path);
    this.heard.push([request.method, path, ...request.rawHeaders].join(' '));
    const usual: Record<string, Answer> = {
      '/jwks': (_request, answer) =>
        answer
          .writeHead(200, { 'content-type': 'application/json', ...this.keyHeaders })
          .end(JSON.stringify({ keys: this.keys })),
      '/.well-known/oauth-authorization-server': json(this.metadata),
      '/token': (...exchange) => this.answerClient(...exchange),
    };
    await (this.answers.get(path) ?? usual[path] ?? status(404))(request, response);
  }

  private async answerClient(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const form = Object.fromEntries(new URLSearchParams(body));
    this.forms.push(form);
    const { authorization = '' } = request.headers;
    this.authorizations.push(authorization);
    const isClient =
      form.client_secret === SECRET || (!this.refusesBasic && authorization === `Basic ${basic()}`);
    const answer = isClient ? this.issue(form, this) : { error: 'invalid_client' };
    const code = !isClient ? 401 : 'error' in answer ? 400 : 200;
    response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  }
}

/** RFC 6749 §2.3.1. */
export function basic(secret = SECRET): string {
  const encoded = new URLSearchParams({ '': secret }).toString().slice(1);
  return Buffer.from(`${CLIENT}:${encoded}`).toString('base64');
}
