import { constants, type KeyObject, type SigningOptions } from 'node:crypto';

/** How one algorithm of RFC 7518 §3.1 or RFC 8037 §3.1 verifies, and with which keys. */
interface Algorithm {
  readonly keyType: 'rsa' | 'ec' | 'ed25519';
  /** OpenSSL's name of the curve. */
  readonly curve?: string;
  /** RFC 7518 §3.4: R and S at full length, side by side; RFC 8032 §5.1.6. With RSA it depends on the key. */
  readonly signatureBytes?: number;
  readonly hash: 'sha256' | 'sha384' | 'sha512' | null;
  readonly padding?: number;
}

const { RSA_PKCS1_PSS_PADDING: PSS } = constants;

/**
 * The algorithms of this library: asymmetric ones only. `Ed25519` is the fully specified name of RFC 9864 for what
 * `EdDSA` means with an Ed25519 key.
 */
export const ALGORITHMS = {
  RS256: { keyType: 'rsa', hash: 'sha256' },
  RS384: { keyType: 'rsa', hash: 'sha384' },
  RS512: { keyType: 'rsa', hash: 'sha512' },
  PS256: { keyType: 'rsa', hash: 'sha256', padding: PSS },
  PS384: { keyType: 'rsa', hash: 'sha384', padding: PSS },
  PS512: { keyType: 'rsa', hash: 'sha512', padding: PSS },
  ES256: { keyType: 'ec', curve: 'prime256v1', signatureBytes: 64, hash: 'sha256' },
  ES384: { keyType: 'ec', curve: 'secp384r1', signatureBytes: 96, hash: 'sha384' },
  ES512: { keyType: 'ec', curve: 'secp521r1', signatureBytes: 132, hash: 'sha512' },
  EdDSA: { keyType: 'ed25519', signatureBytes: 64, hash: null },
  Ed25519: { keyType: 'ed25519', signatureBytes: 64, hash: null },
} as const satisfies Record<string, Algorithm>;

/** The name of an asymmetric signature algorithm, as in the header parameter `alg`. */
export type SignatureAlgorithm = keyof typeof ALGORITHMS;

/** Every algorithm that this library verifies. */
export const ALGORITHM_NAMES = Object.keys(ALGORITHMS) as readonly SignatureAlgorithm[];

/** Narrows a header parameter or a JWK member to an algorithm of this library. */
export function isAlgorithm(name: unknown): name is SignatureAlgorithm {
  return typeof name === 'string' && Object.hasOwn(ALGORITHMS, name);
}

/** The row of {@link ALGORITHMS}, in the shape that all rows share. */
export function algorithm(name: SignatureAlgorithm): Algorithm {
  return ALGORITHMS[name];
}

/**
 * How many bytes a signature by this key has: with RSA as many as the modulus (RFC 8017 §8.1.2, §8.2.2). OpenSSL looks at
 * that for `RS256` only; with `PS256` it lets leading zeros be left out.
 */
export function signatureBytesOf(key: KeyObject): number {
  const { modulusLength = 0 } = key.asymmetricKeyDetails ?? {};
  const [bytes = Math.ceil(modulusLength / 8)] = algorithmsOf(key, undefined).map(
    (name) => algorithm(name).signatureBytes,
  );
  return bytes;
}

/**
 * RFC 8725 §3.1: the algorithms a key may be used with; exactly one where its JWK names one. Empty: no algorithm of
 * this library fits the key.
 */
export function algorithmsOf(
  key: KeyObject,
  jwkAlgorithm: string | undefined,
): SignatureAlgorithm[] {
  const curve = key.asymmetricKeyDetails?.namedCurve;
  const fitting = ALGORITHM_NAMES.filter((name) => {
    const { keyType, curve: expected } = algorithm(name);
    return keyType === key.asymmetricKeyType && expected === curve;
  });
  return jwkAlgorithm === undefined
    ? fitting
    : fitting.filter((name) => sameAlgorithm(name, jwkAlgorithm));
}

/**
 * The key as `crypto.verify` gets it for one of its algorithms. What else there is to say is said in properties of the key:
 * since Node 24 an object around the key costs more than half a signature (docs/decisions/0005-node-crypto.md).
 */
export function verifyingKey(key: KeyObject, name: SignatureAlgorithm): KeyObject {
  const { padding } = algorithm(name);
  const parameters: SigningOptions =
    padding === undefined
      ? { dsaEncoding: 'ieee-p1363' }
      : { padding, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
  return Object.assign(structuredClone(key), parameters);
}

function sameAlgorithm(one: string, other: string): boolean {
  return one === other || (isEd25519(one) && isEd25519(other));
}

function isEd25519(name: string): boolean {
  return name === 'EdDSA' || name === 'Ed25519';
}
