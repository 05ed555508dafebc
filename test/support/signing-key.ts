import { constants, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/** A JSON Web Key as it is published; anything, since a broken one must be publishable too. */
export type Jwk = Readonly<Record<string, unknown>>;

interface Algorithm {
  readonly family: 'RSA' | 'P-256' | 'P-384' | 'P-521' | 'Ed25519';
  readonly hash: string | null;
  readonly pss?: true;
}

const ALGORITHMS = {
  RS256: { family: 'RSA', hash: 'sha256' },
  RS384: { family: 'RSA', hash: 'sha384' },
  RS512: { family: 'RSA', hash: 'sha512' },
  PS256: { family: 'RSA', hash: 'sha256', pss: true },
  PS384: { family: 'RSA', hash: 'sha384', pss: true },
  PS512: { family: 'RSA', hash: 'sha512', pss: true },
  ES256: { family: 'P-256', hash: 'sha256' },
  ES384: { family: 'P-384', hash: 'sha384' },
  ES512: { family: 'P-521', hash: 'sha512' },
  EdDSA: { family: 'Ed25519', hash: null },
  Ed25519: { family: 'Ed25519', hash: null },
} as const satisfies Record<string, Algorithm>;

export type SigningAlgorithm = keyof typeof ALGORITHMS;
export const SIGNING_ALGORITHMS = Object.keys(ALGORITHMS) as SigningAlgorithm[];

/** A part of a token: an object to be written as JSON, or the very text or bytes. */
export type Part = object | string | Buffer;

/** A key pair of an authorization server, with the algorithm it is used with. */
export class SigningKey {
  constructor(
    readonly kid: string,
    readonly alg: SigningAlgorithm,
    readonly privateKey: KeyObject,
  ) {}

  get publicKey(): KeyObject {
    return createPublicKey(this.privateKey);
  }

  /** The public key, as a well-behaved authorization server publishes it. */
  get jwk(): Jwk {
    const { kid, alg } = this;
    return { ...this.publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' };
  }

  get privateJwk(): Jwk {
    return { ...this.jwk, ...this.privateKey.export({ format: 'jwk' }) };
  }

  /** The same key pair under another name. */
  as(kid: string, alg: SigningAlgorithm = this.alg): SigningKey {
    return new SigningKey(kid, alg, this.privateKey);
  }

  /** A JWS in compact serialization, signed rightly whatever the parts are. */
  sign(header: Part, payload: Part, alg: SigningAlgorithm = this.alg): string {
    const input = `${base64url(header)}.${base64url(payload)}`;
    return `${input}.${this.signature(input, alg).toString('base64url')}`;
  }

  signature(input: string, alg: SigningAlgorithm = this.alg): Buffer {
    const { hash, pss }: Algorithm = ALGORITHMS[alg];
    return sign(hash, Buffer.from(input), {
      key: this.privateKey,
      dsaEncoding: 'ieee-p1363',
      ...(pss && {
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
      }),
    });
  }
}

export function base64url(part: Part): string {
  const bytes =
    typeof part === 'string' || Buffer.isBuffer(part) ? part : (JSON.stringify(part) ?? '');
  return Buffer.from(bytes as string).toString('base64url');
}

const pairs = new Map<string, KeyObject>();

/** The key of that name, made when it is first asked for: RSA keys take their time. */
export function signingKey(alg: SigningAlgorithm, kid: string = alg): SigningKey {
  const { family } = ALGORITHMS[alg];
  const name = `${family} ${kid}`;
  const privateKey = pairs.get(name) ?? newPrivateKey(family);
  pairs.set(name, privateKey);
  return new SigningKey(kid, alg, privateKey);
}

/** An RSA key of a length that nobody should use. */
export function shortRsaKey(modulusLength: number): SigningKey {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength });
  return new SigningKey(`rsa-${modulusLength}`, 'RS256', privateKey);
}

function newPrivateKey(family: Algorithm['family']): KeyObject {
  if (family === 'RSA') return generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  if (family === 'Ed25519') return generateKeyPairSync('ed25519').privateKey;
  return generateKeyPairSync('ec', { namedCurve: family }).privateKey;
}
