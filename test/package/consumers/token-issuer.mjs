import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { createServer } from 'node:http';

/**
 * An authorization server as far as a resource server can tell: it publishes its metadata and its key, and issues what
 * it is asked for.
 */
export async function startTokenIssuer() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'key-1', alg: 'ES256', use: 'sig' };

  const server = createServer((request, response) => {
    const document = request.url?.startsWith('/.well-known/')
      ? { issuer, jwks_uri: `${issuer}/jwks` }
      : { keys: [jwk] };
    response.setHeader('Content-Type', 'application/json').end(JSON.stringify(document));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${server.address().port}`;

  /** An access token with these claims beside the usual ones (RFC 9068 §2.2). */
  const issue = (claims) => {
    const now = Math.floor(Date.now() / 1000);
    const header = { typ: 'at+jwt', alg: 'ES256', kid: 'key-1' };
    const usual = {
      iss: issuer,
      sub: 'alice',
      client_id: 'cli',
      iat: now,
      exp: now + 300,
      jti: randomUUID(),
    };
    const signed = [header, { ...usual, ...claims }]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    const signature = sign('sha256', Buffer.from(signed), {
      key: privateKey,
      dsaEncoding: 'ieee-p1363',
    });
    return `${signed}.${signature.toString('base64url')}`;
  };

  return { issuer, issue, stop: () => server.close() };
}
