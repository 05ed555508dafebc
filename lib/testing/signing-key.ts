import {
  constants,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  randomUUID,
  sign,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto';
import { promisify } from 'node:util';
import { algorithm, type SignatureAlgorithm } from '../keys/algorithms.js';

/** A part of a token: an object to be written as JSON, or the very text or bytes. */
export type Part = object | string;

interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

/** A key pair of an authorization server, with the one algorithm that it is for (RFC 8725 §3.1). */
export class SigningKey {
  readonly publicKey: KeyObject;
  private readonly privateKey: KeyObject;

  private constructor(
    readonly alg: SignatureAlgorithm,
    pair: KeyPair,
    readonly kid: string = randomUUID(),
  ) {
    this.publicKey = pair.publicKey;
    this.privateKey = pair.privateKey;
  }

  static async generate(name: SignatureAlgorithm): Promise<SigningKey> {
    return new SigningKey(name, await keyPair(name));
  }

  /**
   * The key of a private JWK (RFC 7517).
   *
   * @throws Error if it is none
   */
  static of(jwk: JsonWebKey, alg: SignatureAlgorithm, kid: string): SigningKey {
    const privateKey = createPrivateKey({ key: jwk, format: 'jwk' });
    return new SigningKey(alg, { privateKey, publicKey: createPublicKey(privateKey) }, kid);
  }

  /** The public key as a JWK set has it (RFC 7517 §4). */
  get jwk(): JsonWebKey {
    const { kid, alg } = this;
    return { ...this.publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' };
  }

  /** A JWS in compact serialization (RFC 7515 §7.1), signed rightly whatever its parts are. */
  sign(header: Part, payload: Part, name = this.alg): string {
    const input = `${encoded(header)}.${encoded(payload)}`;
    return `${input}.${this.signature(input, { name }).toString('base64url')}`;
  }

  /** The signature of these bytes (RFC 7515 §5.1), as the algorithm has it but for what is given. */
  signature(
    input: string | Buffer,
    {
      name = this.alg,
      dsaEncoding = 'ieee-p1363',
      saltLength = constants.RSA_PSS_SALTLEN_DIGEST,
    }: {
      readonly name?: SignatureAlgorithm;
      readonly dsaEncoding?: 'ieee-p1363' | 'der';
      readonly saltLength?: number;
    } = {},
  ): Buffer {
    const { hash, padding } = algorithm(name);
    const options = { key: this.privateKey, dsaEncoding };
    return sign(
      hash,
      Buffer.from(input as string),
      padding === undefined ? options : { ...options, padding, saltLength },
    );
  }
}

/** Base64url of a part of a token (RFC 7515 §2). */
export function encoded(part: Part): string {
  const bytes = typeof part === 'string' || Buffer.isBuffer(part) ? part : JSON.stringify(part);
  return Buffer.from(bytes as string).toString('base64url');
}

const generate = promisify(generateKeyPair);

function keyPair(name: SignatureAlgorithm): Promise<KeyPair> {
  const { keyType, curve = '' } = algorithm(name);
  if (keyType === 'rsa') return generate('rsa', { modulusLength: 2048 });
  return keyType === 'ec' ? generate('ec', { namedCurve: curve }) : generate('ed25519');
}
