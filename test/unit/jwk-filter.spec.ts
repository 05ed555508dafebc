import { describe, expect, it } from 'vitest';
import { verificationKeys, type Jwk } from '../../lib/keys/jwk-filter.js';

const RSA: Jwk = { kty: 'RSA', kid: 'rsa', alg: 'RS256', n: 'n', e: 'AQAB' };
const EC: Jwk = { kty: 'EC', kid: 'ec', alg: 'ES256', crv: 'P-256', x: 'x', y: 'y' };
const OKP: Jwk = { kty: 'OKP', kid: 'okp', crv: 'Ed25519', x: 'x' };

function filtered(document: unknown, maxKeys = 10) {
  const ignored: [unknown, string][] = [];
  const keys = verificationKeys(document, maxKeys, (...each) => ignored.push(each));
  return { keys, ignored };
}

describe('the keys of a JWK set that may verify signatures', () => {
  it.each([undefined, null, 'keys', 5, true, [], {}, { keys: null }, { keys: {} }, { keys: 'x' }])(
    'RFC 7517 §5: there are none in %j, which is no set',
    (document) => {
      expect(() => filtered(document)).toThrow('the answer is not a JWK set');
    },
  );

  it('are at most as many as allowed', () => {
    expect(filtered({ keys: [RSA, EC] }, 2).keys).toHaveLength(2);
    expect(() => filtered({ keys: [RSA, EC] }, 1)).toThrow(
      'the JWK set has 2 keys, more than keys.maxKeys (1)',
    );
  });

  it('RFC 7517 §4: are passed on with their public members, and no others', () => {
    const certified = { ...RSA, use: 'sig', key_ops: ['verify'], x5c: ['x'], x5u: 'x', ext: true };
    expect(filtered({ keys: [certified, EC, OKP] })).toStrictEqual({
      keys: [RSA, EC, OKP],
      ignored: [],
    });
  });

  it.each<[unknown]>([
    [null],
    ['RSA'],
    [5],
    [[]],
    [{}],
    [{ ...RSA, kty: undefined }],
    [{ ...RSA, kty: 'rsa' }],
    [{ ...RSA, kty: ['RSA'] }],
    [{ ...RSA, use: 'enc' }],
    [{ ...RSA, use: null }],
    [{ ...RSA, key_ops: ['sign'] }],
    [{ ...RSA, key_ops: 'verify' }],
    [{ ...RSA, key_ops: [] }],
    [{ ...RSA, alg: 'RSA-OAEP' }],
    [{ ...RSA, alg: 'HS256' }],
    [{ ...RSA, alg: ['RS256'] }],
    [{ ...RSA, alg: 'toString' }],
  ])('RFC 7517 §5: %j is left out, without a word', (jwk) => {
    expect(filtered({ keys: [jwk, EC] })).toEqual({ keys: [EC], ignored: [] });
  });

  it.each<[Jwk, string]>([
    [{ ...RSA, d: 'd' }, 'it is a private key, which must never be published'],
    [{ ...RSA, d: null }, 'it is a private key, which must never be published'],
    [{ kty: 'oct', kid: 'rsa' }, 'it is a symmetric key, which must never be published'],
    [{ ...RSA, k: 'k' }, 'it is a symmetric key, which must never be published'],
  ])('RFC 7517 §9: %j is left out, with a warning', (jwk, why) => {
    expect(filtered({ keys: [jwk, EC] })).toEqual({ keys: [EC], ignored: [['rsa', why]] });
  });

  it.each([5, null, ['rsa'], {}])('RFC 7517 §4.5: a kid is no %j', (kid) => {
    expect(filtered({ keys: [{ ...RSA, kid }, EC] })).toEqual({
      keys: [EC],
      ignored: [[kid, 'its kid is not a string']],
    });
  });
});
