import { constants, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { promisify } from 'node:util';

/** Who the measured service is. */
export const AUDIENCE = 'https://tickets.example.com/v1/mcp';

export const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'];

const FAMILIES = {
  RS256: { type: 'rsa', options: { modulusLength: 2048 }, hash: 'sha256' },
  PS256: {
    type: 'rsa',
    options: { modulusLength: 2048 },
    hash: 'sha256',
    pss: {
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
    },
  },
  ES256: { type: 'ec', options: { namedCurve: 'P-256' }, hash: 'sha256' },
  EdDSA: { type: 'ed25519', options: {}, hash: null },
};

const signSoon = promisify(sign);

/** A key of an authorization server, and the access tokens that it signs. */
export class Signer {
  constructor(algorithm, issuer) {
    const { type, options, hash, pss } = FAMILIES[algorithm];
    const { publicKey, privateKey } = generateKeyPairSync(type, options);
    this.algorithm = algorithm;
    this.issuer = issuer;
    this.publicKey = publicKey;
    this.pem = publicKey.export({ format: 'pem', type: 'spki' });
    const kid = randomUUID();
    this.jwks = {
      keys: [{ ...publicKey.export({ format: 'jwk' }), kid, alg: algorithm, use: 'sig' }],
    };
    /** What `crypto.verify` and `crypto.sign` are to be told beside the key. */
    this.hash = hash;
    this.parameters = { ...pss, ...(type === 'ec' && { dsaEncoding: 'ieee-p1363' }) };
    this.privateKey = privateKey;
    this.header = part({ alg: algorithm, typ: 'at+jwt', kid });
  }

  /** A token as RFC 9068 describes it; with RS256, of 974 bytes or so. */
  token(claims = {}) {
    const input = this.#input(claims);
    return this.#signed(input, sign(this.hash, input, this.#signingKey));
  }

  /** As many different ones, signed on all cores. */
  async tokens(count, claims = {}) {
    const tokens = [];
    const signer = async () => {
      while (tokens.length < count) {
        const input = this.#input(claims);
        const at = tokens.push(undefined) - 1;
        tokens[at] = this.#signed(input, await signSoon(this.hash, input, this.#signingKey));
      }
    };
    await Promise.all(Array.from({ length: 8 }, signer));
    return tokens;
  }

  get #signingKey() {
    return { key: this.privateKey, ...this.parameters };
  }

  #input(claims) {
    const now = Math.floor(Date.now() / 1000);
    const payload = {
      iss: this.issuer,
      sub: `auth0|${randomUUID()}`,
      aud: [AUDIENCE, `${this.issuer}/userinfo`],
      iat: now,
      exp: now + 7200,
      jti: randomUUID(),
      client_id: '8fMqYx2cQmV0sA3nTz6bKd1eWgRh7uJp',
      scope:
        'openid profile email tickets:read tickets:write tickets:comment reports:read files:read',
      ...claims,
    };
    return Buffer.from(`${this.header}.${part(payload)}`);
  }

  #signed(input, signature) {
    return `${input.toString('latin1')}.${signature.toString('base64url')}`;
  }
}

function part(value) {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** Hands the same tokens out again and again, each time as a new string, as a server gets them. */
export function freshStrings(tokens) {
  const bytes = tokens.map((token) => Buffer.from(token, 'latin1'));
  let next = 0;
  return () => {
    next = (next + 1) % bytes.length;
    return bytes[next].latin1Slice();
  };
}
