import { isAlgorithm } from './algorithms.js';

/** A JSON Web Key, as far as a signature needs it (RFC 7517 §4). */
export type Jwk = Readonly<Record<string, unknown>>;

const PUBLIC_MEMBERS = ['kty', 'kid', 'alg', 'crv', 'n', 'e', 'x', 'y'] as const;
const KEY_TYPES: readonly unknown[] = ['RSA', 'EC', 'OKP'];

/**
 * The keys of a JWK set that may verify signatures; everything else costs itself, never the set (RFC 7517 §5).
 *
 * Only the public members are passed on: certificates and hints of a JWK select nothing here.
 *
 * @throws Error if the document is not a JWK set, or one of more than `maxKeys` keys
 */
export function verificationKeys(
  document: unknown,
  maxKeys: number,
  ignored: (kid: unknown, why: string) => void,
): Jwk[] {
  const keys = isObject(document) ? document.keys : undefined;
  if (!Array.isArray(keys)) throw new Error('the answer is not a JWK set');
  if (keys.length > maxKeys) {
    throw new Error(`the JWK set has ${keys.length} keys, more than keys.maxKeys (${maxKeys})`);
  }
  return keys.filter(isObject).flatMap((jwk) => {
    const why = objection(jwk);
    if (why === undefined) return [publicPart(jwk)];
    if (why !== '') ignored(jwk.kid, why);
    return [];
  });
}

/** Why a key must not be used; empty where that is nobody's mistake, such as an encryption key. */
function objection({ kty, kid, alg, use, key_ops: operations, d, k }: Jwk): string | undefined {
  if (d !== undefined) return 'it is a private key, which must never be published';
  if (k !== undefined || kty === 'oct')
    return 'it is a symmetric key, which must never be published';
  if (kid !== undefined && typeof kid !== 'string') return 'its kid is not a string';
  if (use !== undefined && use !== 'sig') return '';
  if (operations !== undefined && !isVerify(operations)) return '';
  if (alg !== undefined && !isAlgorithm(alg)) return '';
  return KEY_TYPES.includes(kty) ? undefined : '';
}

function isVerify(operations: unknown): boolean {
  return Array.isArray(operations) && operations.includes('verify');
}

function publicPart(jwk: Jwk): Jwk {
  return Object.fromEntries(
    PUBLIC_MEMBERS.filter((name) => jwk[name] !== undefined).map((name) => [name, jwk[name]]),
  );
}

function isObject(value: unknown): value is Jwk {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
