import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { errors, Provider, type JWK } from 'oidc-provider';
import { autoApprove } from './auto-approval.js';
import type { Resources } from './clients.js';
import { configuration } from './configuration.js';
import { newSigningKey } from './signing-keys.js';

/**
 * An authorization server at the root of its own port, with one path beside those of the standards:
 * `POST /admin/rotate-keys` makes a new signing key and signs with it from then on. It has no password, so the server
 * must listen on this machine only.
 */
export class AuthorizationServer {
  private keys: readonly JWK[] = [];
  private provider: Provider | undefined;

  constructor(
    private readonly issuer: string,
    private readonly resources: Resources,
  ) {}

  async listen(): Promise<Server> {
    await this.rotateKeys();
    const server = createServer((request, response) => void this.answer(request, response));
    const { hostname, port } = new URL(this.issuer);
    await new Promise<void>((listening) => server.listen(Number(port), hostname, listening));
    return server;
  }

  /** The key before the new one stays published, for the tokens it signed; older ones do not. */
  private async rotateKeys(): Promise<void> {
    const signing = await newSigningKey();
    const keys = [signing, ...this.keys.slice(0, 1)] as const;
    // oidc-provider takes its keys when it is made, so a rotation puts another in its place.
    this.provider = new Provider(this.issuer, configuration(this.resources, keys));
    this.keys = keys;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { provider } = this;
    if (!provider) throw new Error('listen() comes first');
    try {
      if (request.url?.startsWith('/interaction/')) {
        await autoApprove(provider, request, response);
      } else if (request.method === 'POST' && request.url === '/admin/rotate-keys') {
        await this.rotateKeys();
        response.writeHead(204).end();
      } else {
        await provider.callback()(request, response);
      }
    } catch (error) {
      const isTheirFault = error instanceof errors.OIDCProviderError && error.statusCode < 500;
      if (!isTheirFault) console.error(error);
      if (!response.headersSent) response.writeHead(isTheirFault ? error.statusCode : 500);
      response.end();
    }
  }
}
