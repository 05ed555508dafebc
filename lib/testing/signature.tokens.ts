import { constants } from 'node:crypto';
import { algorithm } from '../keys/algorithms.js';
import type { GoodToken } from './good-token.js';
import { refusedFor, type HostileToken } from './hostile-token.js';
import { encoded } from './signing-key.js';

/** RFC 7515 §5.2: tokens whose signature is not the one of their bytes. */
export function signatureTokens(good: GoodToken): HostileToken[] {
  const { key } = good;
  const token = good.with({});
  const [header = '', payload = '', encodedSignature = ''] = token.split('.');
  const input = `${header}.${payload}`;
  const signature = Buffer.from(encodedSignature, 'base64url');
  const signedWith = (bytes: Buffer): string => `${input}.${encoded(bytes)}`;
  const flipped = Buffer.from(signature);
  flipped.writeUInt8(flipped.readUInt8(signature.length >> 1) ^ 1, signature.length >> 1);
  return refusedFor('signature_invalid', {
    'a token without its signature': `${input}.`,
    'a token with the signature of another token': `${input}.${good.with({}).split('.')[2]}`,
    'a token whose signature has one bit changed': signedWith(flipped),
    'a token whose signature lacks its last byte': signedWith(signature.subarray(0, -1)),
    'a token whose signature lacks its first byte': signedWith(signature.subarray(1)),
    'a token whose signature has one byte more': signedWith(
      Buffer.concat([signature, Buffer.alloc(1)]),
    ),
    'a token whose signature is cut in half': signedWith(
      signature.subarray(0, signature.length >> 1),
    ),
    'a token whose signature comes twice': signedWith(Buffer.concat([signature, signature])),
    'a token whose signature is all zeros': signedWith(Buffer.alloc(signature.length)),
    'a token whose signature is all ones': signedWith(Buffer.alloc(signature.length, 0xff)),
    'a token whose signature covers its claims only': signedWith(key.signature(payload)),
    'a token whose scope was widened after signing': `${header}.${encoded({
      ...good.claims,
      scope: 'test admin',
    })}.${encodedSignature}`,
    'a token whose audience was changed after signing': good
      .with({ aud: 'https://another-service.example' })
      .split('.')
      .with(1, payload)
      .join('.'),
    'a token whose type was changed after signing': [
      header,
      ...good.with({}, { typ: 'JWT' }).split('.').slice(1),
    ].join('.'),
    ...ofFamily(good, input, signature, signedWith),
  });
}

function ofFamily(
  { key }: GoodToken,
  input: string,
  signature: Buffer,
  signedWith: (bytes: Buffer) => string,
): Record<string, string> {
  const { keyType, padding } = algorithm(key.alg);
  if (keyType === 'ec')
    return psychic(key.alg, signature, signedWith, key.signature(input, { dsaEncoding: 'der' }));
  if (keyType === 'ed25519') {
    return {
      'a token whose signature has an S that is not reduced': signedWith(plusOrder(signature)),
    };
  }
  if (padding === undefined) {
    const one = Buffer.alloc(signature.length);
    one.writeUInt8(1, signature.length - 1);
    return { 'a token whose signature is the number one': signedWith(one) };
  }
  const noSalt = key.signature(input, { saltLength: 0 });
  let zeroFirst = signature;
  while (zeroFirst[0] !== 0) zeroFirst = key.signature(input);
  const longSalt = key.signature(input, { saltLength: constants.RSA_PSS_SALTLEN_MAX_SIGN });
  return {
    'a token whose signature has no salt': signedWith(noSalt),
    'a token whose signature has a longer salt': signedWith(longSalt),
    // RFC 8017 §8.1.2: shorter than the modulus, whatever OpenSSL says.
    'a token whose signature lacks the zero that it begins with': signedWith(zeroFirst.subarray(1)),
  };
}

/** The orders of the curves (NIST SP 800-186 §3.2.1). */
const ORDERS: Readonly<Record<string, string>> = {
  ES256: 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551',
  ES384:
    'ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973',
  ES512: `01ff${'f'.repeat(62)}fa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409`,
};

/** RFC 7518 §3.4: R and S that are no numbers from 1 to below the order, for which a careless check comes out true. */
function psychic(
  alg: string,
  signature: Buffer,
  signedWith: (bytes: Buffer) => string,
  der: Buffer,
): Record<string, string> {
  const half = signature.length / 2;
  const order = Buffer.from(ORDERS[alg] ?? '', 'hex');
  const zero = Buffer.alloc(half);
  const one = Buffer.from('1'.padStart(half * 2, '0'), 'hex');
  const pair = (r: Buffer, s: Buffer): string => signedWith(Buffer.concat([r, s]));
  return {
    'a token whose signature is R = 0, S = 1': pair(zero, one),
    'a token whose signature is R = 1, S = 0': pair(one, zero),
    'a token whose signature is R = 1, S = 1': pair(one, one),
    'a token whose signature is R = S = the order of the curve': pair(order, order),
    'a token whose signature has R = 0': pair(zero, signature.subarray(half)),
    'a token whose signature has S = 0': pair(signature.subarray(0, half), zero),
    'a token whose signature is in DER': signedWith(der),
  };
}

/** The order of the group of Ed25519 (RFC 8032 §5.1). */
const ED25519_ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

/** RFC 8032 §5.1.7: S has to be below the order; S plus the order fits the same equation. */
function plusOrder(signature: Buffer): Buffer {
  const s = BigInt(`0x${Buffer.from(signature.subarray(32).toReversed()).toString('hex')}`);
  const more = (s + ED25519_ORDER).toString(16).padStart(64, '0');
  return Buffer.concat([signature.subarray(0, 32), Buffer.from(more, 'hex').toReversed()]);
}
