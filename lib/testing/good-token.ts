import { randomUUID } from 'node:crypto';
import type { Claims } from '../policy/check.js';
import type { SigningKey } from './signing-key.js';

/** Where the trusted authorization server is not: what an attacker has. */
export interface Stranger {
  /** A key of the same kind that nobody trusts. */
  readonly key: SigningKey;
  /** Where it is published as a JWK set, and in a certificate. */
  readonly jwksUri: string;
  readonly certificateUri: string;
  readonly certificate: Buffer;
}

/** An access token that is good in every respect (RFC 9068 §2): hostile ones are made of it by spoiling one thing. */
export class GoodToken {
  /** Seconds since the epoch. */
  readonly now = Math.floor(Date.now() / 1000);

  constructor(
    readonly issuer: string,
    readonly audience: string,
    readonly key: SigningKey,
    readonly stranger: Stranger,
  ) {}

  get header(): Claims {
    const { alg, kid } = this.key;
    return { typ: 'at+jwt', alg, kid };
  }

  get claims(): Claims {
    const { issuer, audience, now } = this;
    return {
      iss: issuer,
      aud: audience,
      sub: 'test-user',
      client_id: 'test-client',
      scope: 'test',
      jti: randomUUID(),
      iat: now,
      exp: now + 3600,
    };
  }

  /** Good, but for these members; `undefined` leaves one out. */
  with(claims: Claims, header: Claims = {}, key = this.key): string {
    return key.sign({ ...this.header, ...header }, { ...this.claims, ...claims });
  }

  /** Good for any kind of JWT: nothing says that it is an access token. */
  bare(claims: Claims, header: Claims = {}): string {
    const noEvidence = { client_id: undefined, scope: undefined, jti: undefined };
    return this.with({ ...noEvidence, ...claims }, { typ: 'JWT', ...header });
  }
}
