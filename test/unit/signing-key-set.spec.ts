import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { signingKeySet, type SigningKey } from '../../lib/keys/signing-key-set.js';
import { shortRsaKey, signingKey } from '../support/signing-key.js';

/** A key, as jwks-rsa hands it out. */
const imported = (kid: string, key: KeyObject, alg?: string) => ({
  kid,
  ...(alg !== undefined && { alg }),
  getPublicKey: () => key.export({ type: 'spki', format: 'pem' }) as string,
});

/** An RSA key of this exponent. */
const rsaKey = (publicExponent: number): KeyObject =>
  generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent }).publicKey;
/** An RSA key that nobody would make, with this exponent. */
const oddRsaKey = (e: string): KeyObject =>
  createPublicKey({ key: { ...signingKey('RS256').jwk, e }, format: 'jwk' });

const good = imported('good', signingKey('ES256').publicKey);

describe('a set of signing keys', () => {
  it.each([
    ['Ed448', generateKeyPairSync('ed448').publicKey, undefined, /no supported algorithm/],
    ['X25519', generateKeyPairSync('x25519').publicKey, undefined, /no supported algorithm/],
    [
      'secp256k1',
      generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey,
      undefined,
      /no supported algorithm/,
    ],
    ['P-256 for RS256', signingKey('ES256').publicKey, 'RS256', /no supported algorithm/],
    ['RSA for HS256', signingKey('RS256').publicKey, 'HS256', /no supported algorithm/],
    ['RSA of 1024 bits', shortRsaKey(1024).publicKey, undefined, /1024 bits is too short/],
    ['RSA of 2040 bits', shortRsaKey(2040).publicKey, undefined, /2040 bits is too short/],
    ['RSA with the exponent 1', oddRsaKey('AQ'), undefined, /its RSA exponent is unusable/],
    ['RSA with the exponent 4', oddRsaKey('BA'), undefined, /its RSA exponent is unusable/],
  ])('leaves out %s, says why, and keeps the rest', (kid, key, alg, why) => {
    const ignored: [unknown, string][] = [];
    const set = signingKeySet([imported(kid, key, alg), good], (...each) => ignored.push(each));
    expect(ignored).toEqual([[kid, expect.stringMatching(why)]]);
    expect(set.named(kid)).toEqual([]);
    expect(set.named(undefined).map((each) => each.kid)).toEqual(['good']);
  });

  it.each([
    ['RS256', ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']],
    ['ES256', ['ES256']],
    ['ES384', ['ES384']],
    ['ES512', ['ES512']],
    ['EdDSA', ['EdDSA', 'Ed25519']],
  ] as const)('RFC 8725 §3.1: binds a key for %s to %j', (alg, algorithms) => {
    const set = signingKeySet([imported('key', signingKey(alg).publicKey)], () => undefined);
    expect([...(set.named('key')[0]?.algorithms.keys() ?? [])]).toEqual(algorithms);
  });

  it.each([
    ['RS256', 'RS512', ['RS512']],
    ['RS256', 'PS256', ['PS256']],
    ['ES256', 'ES256', ['ES256']],
    ['EdDSA', 'EdDSA', ['EdDSA', 'Ed25519']],
    ['EdDSA', 'Ed25519', ['EdDSA', 'Ed25519']],
  ] as const)(
    'RFC 8725 §3.1: binds a key like that of %s, whose JWK names %s, to %j',
    (like, alg, algorithms) => {
      const set = signingKeySet([imported('key', signingKey(like).publicKey, alg)], () =>
        expect.fail(),
      );
      expect([...(set.named('key')[0]?.algorithms.keys() ?? [])]).toEqual(algorithms);
    },
  );

  it('RFC 8017 §3.1: takes RSA keys with the exponent 3', () => {
    const set = signingKeySet([imported('three', rsaKey(3))], () => expect.fail());
    expect(set.named('three')).toHaveLength(1);
  });

  it('RFC 7517 §4.5: finds all keys of one name, and all of them without a name', () => {
    const twin = imported('good', signingKey('ES256', 'twin').publicKey);
    const { kid: _kid, ...unnamed } = imported('', signingKey('ES384').publicKey);
    const set = signingKeySet([good, unnamed, twin], () => expect.fail());
    expect(set.size).toBe(3);
    expect(set.named('good').map((each) => each.kid)).toEqual(['good', 'good']);
    expect(set.named(undefined).map((each) => each.kid)).toEqual(['good', undefined, 'good']);
    for (const kid of ['', 'Good', 'undefined', 'constructor']) expect(set.named(kid)).toEqual([]);
  });

  it('RFC 7517 §4: keeps a key that is published as before, and no other', () => {
    const none = () => expect.fail();
    const [ec, okp] = [signingKey('ES256').publicKey, signingKey('EdDSA').publicKey];
    const before = signingKeySet([good, imported('ec', ec), imported('okp', okp)], none);
    const key = (set: typeof before, kid: string) => set.named(kid)[0] as SigningKey;
    const after = signingKeySet(
      [imported('okp', okp), imported('ec', ec, 'ES256'), imported('other', okp)],
      none,
      before,
    );
    expect(after.size).toBe(3);
    expect(key(after, 'okp')).toBe(key(before, 'okp'));
    expect(['ec', 'okp', 'good'].map((kid) => after.has(key(before, kid)))).toEqual([
      false,
      true,
      false,
    ]);
    expect(['ec', 'okp', 'other'].map((kid) => before.has(key(after, kid)))).toEqual([
      false,
      true,
      false,
    ]);
    const renamed = signingKeySet([imported('good', okp)], none, before);
    expect(before.has(key(renamed, 'good'))).toBe(false);
  });

  it('is refused where no key is left', () => {
    expect(() => signingKeySet([], () => undefined)).toThrow(/no key that can verify/);
  });
});
