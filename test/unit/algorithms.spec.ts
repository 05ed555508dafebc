import { describe, expect, it } from 'vitest';
import {
  ALGORITHM_NAMES,
  algorithmsOf,
  isAlgorithm,
  signatureBytesOf,
  verifyingKey,
  type SignatureAlgorithm,
} from '../../lib/keys/algorithms.js';
import { SigningKeySet } from '../../lib/keys/signing-key-set.js';
import { signedWith } from '../../lib/verification/signature.js';
import { SIGNING_ALGORITHMS, signingKey } from '../support/signing-key.js';

const INPUT = Buffer.from('header.payload');

/** What is said of a signature by the key of one algorithm, taken for one by another. */
function verdict(signed: SignatureAlgorithm, taken = signed, signature?: Buffer) {
  const key = signingKey(signed);
  const { kid, publicKey } = key;
  const algorithms = new Map(ALGORITHM_NAMES.map((name) => [name, verifyingKey(publicKey, name)]));
  const signatureBytes = signatureBytesOf(publicKey);
  const set = new SigningKeySet([{ kid, algorithms, signatureBytes, source: 'good' }]);
  const jws = { kid, signingInput: INPUT };
  const outcome = signedWith(
    { ...jws, signature: signature ?? key.signature(INPUT.toString()) } as never,
    taken,
    set,
  );
  return typeof outcome === 'string' ? outcome : outcome.source;
}

it('RFC 7518 §3.1, RFC 8037 §3.1: the algorithms are those, all asymmetric', () => {
  expect(ALGORITHM_NAMES).toEqual(SIGNING_ALGORITHMS);
});

it.each(['RS256 ', 'rs256', 'HS256', 'none', '', 'toString', ['RS256'], undefined, null, 5])(
  'RFC 8725 §3.1: %j is no algorithm',
  (name) => {
    expect(isAlgorithm(name)).toBe(false);
  },
);

describe.each(SIGNING_ALGORITHMS)('RFC 8725 §3.1: a key of %s', (name) => {
  const { publicKey } = signingKey(name);
  const names = name.startsWith('Ed') ? ['EdDSA', 'Ed25519'] : [name];

  it('is for the one algorithm that its JWK names, if it is one of such keys', () => {
    for (const each of SIGNING_ALGORITHMS.filter(
      (other) => !algorithmsOf(publicKey, undefined).includes(other),
    ))
      expect(algorithmsOf(publicKey, each)).toEqual([]);
    expect(algorithmsOf(publicKey, name)).toEqual(names);
    expect(algorithmsOf(publicKey, 'HS256')).toEqual([]);
  });
});

describe.each(SIGNING_ALGORITHMS)('RFC 7518 §3.1, RFC 8037 §3.1: a signature by %s', (name) => {
  it('is an algorithm, and good', () => {
    expect(isAlgorithm(name)).toBe(true);
    expect(verdict(name)).toBe('good');
  });

  it('is not that by another algorithm of such keys', () => {
    const family = (each: string) => each.replace(/\d+$/, '').replace('PS', 'RS');
    for (const other of SIGNING_ALGORITHMS.filter((each) => family(each) === family(name))) {
      expect(verdict(name, other)).toBe(other === name ? 'good' : 'signature_invalid');
    }
  });

  it('RFC 7518 §3.4: has exactly its length', () => {
    const signature = signingKey(name).signature(INPUT.toString());
    for (const length of [0, 1, signature.length - 1])
      expect(verdict(name, name, signature.subarray(0, length))).toBe('signature_invalid');
    const longer = Buffer.concat([signature, Buffer.alloc(1)]);
    expect(verdict(name, name, longer)).toBe('signature_invalid');
  });
});
