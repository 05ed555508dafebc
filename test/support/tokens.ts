import { randomUUID } from 'node:crypto';

/** What the service under test is called, and where clients find it. */
export const AUDIENCE = 'https://api.example.com/mcp';
export const RESOURCE_METADATA = 'https://api.example.com/.well-known/oauth-protected-resource/mcp';

/** Another service of the same authorization server. */
export const OTHER_AUDIENCE = 'https://other.example.com/mcp';

export type Claims = Readonly<Record<string, unknown>>;

/** Seconds since the epoch, on the clock of the test. */
export function now(): number {
  return Math.floor(Date.now() / 1000);
}

/** The header of a token that passes every check; each test spoils one thing. */
export function validHeader(alg: string, kid: string): Claims {
  return { typ: 'at+jwt', alg, kid };
}

/** The claims of a token that passes every check (RFC 9068 §2.2); each test spoils one thing. */
export function validClaims(issuer: string): Claims {
  const iat = now();
  return {
    iss: issuer,
    aud: AUDIENCE,
    sub: 'alice',
    client_id: 'cli',
    scope: 'files:read',
    jti: randomUUID(),
    iat,
    exp: iat + 600,
  };
}
