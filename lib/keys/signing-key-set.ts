import { createPublicKey, type KeyObject } from 'node:crypto';
import {
  algorithmsOf,
  signatureBytesOf,
  verifyingKey,
  type SignatureAlgorithm,
} from './algorithms.js';

/** A public key of an authorization server, ready to verify with. */
export interface SigningKey {
  readonly kid: string | undefined;
  /** The algorithms that this key may verify, each with the key as it is used there; never empty. */
  readonly algorithms: ReadonlyMap<SignatureAlgorithm, KeyObject>;
  /** The length of every signature by it. */
  readonly signatureBytes: number;
  /** What it was made from: as long as that is published, it is one and the same key. */
  readonly source: string;
}

/** A key as jwks-rsa hands it out: PEM, with the JWK's `kid` and `alg` where it has them. */
interface ImportedKey {
  readonly kid?: string;
  readonly alg?: string;
  getPublicKey(): string;
}

const NONE: readonly SigningKey[] = [];

/** All keys that an authorization server publishes at one time. Immutable: a refresh makes a new one. */
export class SigningKeySet {
  private readonly byKid = new Map<string, SigningKey[]>();

  constructor(private readonly keys: readonly SigningKey[]) {
    for (const key of keys) {
      if (key.kid === undefined) continue;
      this.byKid.set(key.kid, [...(this.byKid.get(key.kid) ?? []), key]);
    }
  }

  /** Whether the very same key, under the same name and for the same algorithm, is published. */
  has(key: SigningKey): boolean {
    return this.keys.includes(key);
  }

  /** The key made from this source. */
  madeFrom(source: string): SigningKey | undefined {
    return this.keys.find((key) => key.source === source);
  }

  get size(): number {
    return this.keys.length;
  }

  /**
   * RFC 7515 §4.1.4, RFC 7517 §4.5: the keys a token may have been signed with. `kid` is compared exactly; several keys
   * may share one. A token without `kid` may have been signed with any key.
   */
  named(kid: string | undefined): readonly SigningKey[] {
    return kid === undefined ? this.keys : (this.byKid.get(kid) ?? NONE);
  }
}

/** RFC 7518 §3.3: shorter RSA keys must not be used. */
const SHORTEST_RSA_KEY = 2048;

/**
 * Makes the set from what jwks-rsa has imported. A key that is too weak or that no algorithm fits is left out, with a
 * word to `ignored`.
 *
 * @param previous the last set, whose keys live on where they are still published
 * @throws Error if none is left: a service without any key can decide nothing, and an authorization server without any
 * is in trouble
 */
export function signingKeySet(
  imported: readonly ImportedKey[],
  ignored: (kid: string | undefined, why: string) => void,
  previous?: SigningKeySet,
): SigningKeySet {
  const keys: SigningKey[] = [];
  for (const { kid, alg, ...pem } of imported) {
    const source = JSON.stringify([kid, alg, pem.getPublicKey()]);
    const same = previous?.madeFrom(source);
    if (same) {
      keys.push(same);
      continue;
    }
    const key = createPublicKey(pem.getPublicKey());
    const algorithms = algorithmsOf(key, alg);
    const why = algorithms.length === 0 ? 'no supported algorithm fits it' : weakness(key);
    if (why !== undefined) {
      ignored(kid, why);
      continue;
    }
    keys.push({
      kid,
      algorithms: new Map(algorithms.map((name) => [name, verifyingKey(key, name)])),
      signatureBytes: signatureBytesOf(key),
      source,
    });
  }
  if (keys.length === 0) throw new Error('the JWK set has no key that can verify signatures');
  return new SigningKeySet(keys);
}

function weakness(key: KeyObject): string | undefined {
  const { modulusLength = Infinity, publicExponent = 3n } = key.asymmetricKeyDetails ?? {};
  if (modulusLength < SHORTEST_RSA_KEY) return `an RSA key of ${modulusLength} bits is too short`;
  if (publicExponent < 3n || publicExponent % 2n === 0n) return 'its RSA exponent is unusable';
  return undefined;
}
