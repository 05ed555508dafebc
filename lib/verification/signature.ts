import { verify } from 'node:crypto';
import { algorithm, type SignatureAlgorithm } from '../keys/algorithms.js';
import type { SigningKey, SigningKeySet } from '../keys/signing-key-set.js';
import type { RejectionReason } from '../rejection/rejections.js';
import type { CompactJws } from './compact-jws.js';

/**
 * RFC 7515 §5.2: the key that the token was signed with, one of those it names, with an algorithm that belongs to the key
 * (RFC 8725 §3.1); or why there is none. Reasons: `key_unknown`, `algorithm_not_allowed`, `signature_invalid`.
 */
export function signedWith(
  jws: CompactJws,
  name: SignatureAlgorithm,
  keys: SigningKeySet,
): SigningKey | RejectionReason {
  const named = keys.named(jws.kid);
  if (named.length === 0) return 'key_unknown';
  const fitting = named.filter((key) => key.algorithms.has(name));
  if (fitting.length === 0) return jws.kid === undefined ? 'key_unknown' : 'algorithm_not_allowed';
  return fitting.find((key) => isSignedBy(key, name, jws)) ?? 'signature_invalid';
}

function isSignedBy(
  { algorithms, signatureBytes }: SigningKey,
  name: SignatureAlgorithm,
  { signingInput, signature }: CompactJws,
): boolean {
  const key = algorithms.get(name);
  return (
    key !== undefined &&
    signature.length === signatureBytes &&
    verify(algorithm(name).hash, signingInput, key, signature)
  );
}
