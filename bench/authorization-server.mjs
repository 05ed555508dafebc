import { createServer } from 'node:http';
import { once } from 'node:events';
import { Signer } from './tokens.mjs';

/** An authorization server on loopback, as far as a resource server sees it: metadata and keys. */
export class AuthorizationServer {
  static async start(algorithm) {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new AuthorizationServer(server, algorithm);
  }

  constructor(server, algorithm) {
    this.issuer = `http://127.0.0.1:${server.address().port}`;
    this.signer = new Signer(algorithm, this.issuer);
    this.server = server.on('request', ({ url }, response) => {
      const isKeys = url.endsWith('jwks.json');
      const metadata = { issuer: this.issuer, jwks_uri: jwksUri(this.issuer) };
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(isKeys ? this.signer.jwks : metadata));
    });
  }

  stop() {
    this.server.closeAllConnections();
    this.server.close();
  }
}

/** Where its keys are; the path is the one that get-jwks takes for granted. */
export function jwksUri(issuer) {
  return `${issuer}/.well-known/jwks.json`;
}
