import type { Claims } from '../policy/check.js';
import type { GoodToken } from './good-token.js';
import { refusedFor, type HostileToken } from './hostile-token.js';

/** RFC 8725 §3.8, §3.10, RFC 7515 §4.1: tokens that were signed with a key that nobody trusts, and bring it along. */
export function keyTokens(good: GoodToken): HostileToken[] {
  const { key, stranger } = good;
  const { jwk, kid } = stranger.key;
  const chain = [stranger.certificate.toString('base64')];
  /** Under the name of the trusted key, which did not sign, unless another is given. */
  const forged = (header: Claims): string => good.with({}, header, stranger.key);
  /** Under the name that the key has where the token says it is. */
  const elsewhere = (header: Claims): string => forged({ kid, ...header });
  return [
    ...refusedFor('key_unknown', {
      'a token of an unknown key': elsewhere({}),
      'a token with the key in its header (jwk)': elsewhere({ jwk }),
      'a token that tells where its key is (jku)': elsewhere({ jku: stranger.jwksUri }),
      'a token with a certificate in its header (x5c)': elsewhere({ x5c: chain }),
      'a token that tells where its certificate is (x5u)': elsewhere({
        x5u: stranger.certificateUri,
      }),
      ...inOtherCase(good),
      'a token that names a trusted key and more': good.with({}, { kid: `${key.kid}\0` }),
      'a token that names no key: the empty string': good.with({}, { kid: '' }),
      'a token that names a file as its key': forged({ kid: '../../../../dev/null' }),
      'a token that names a query as its key': forged({ kid: "' OR 1=1 --" }),
      'a token that names __proto__ as its key': forged({ kid: '__proto__' }),
      'a token that names constructor as its key': forged({ kid: 'constructor' }),
    }),
    ...refusedFor('signature_invalid', {
      'a forged token under the name of a trusted key': forged({}),
      'a forged token that names no key': forged({ kid: undefined }),
      'a forged token with the key in its header (jwk)': forged({ jwk: { ...jwk, kid: key.kid } }),
      'a forged token that names no key, with it in its header (jwk)': forged({
        kid: undefined,
        jwk,
      }),
      'a forged token that tells where its key is (jku)': forged({ jku: stranger.jwksUri }),
      'a forged token with a certificate in its header (x5c)': forged({ x5c: chain }),
      'a forged token that tells where its certificate is (x5u)': forged({
        x5u: stranger.certificateUri,
      }),
    }),
    ...refusedFor('token_malformed', {
      'a token that names its key by a number': good.with({}, { kid: 1 }),
      'a token that names its key by null': good.with({}, { kid: null }),
      'a token that names its key by a list': good.with({}, { kid: [key.kid] }),
      'a token that names its key by an object': good.with({}, { kid: {} }),
    }),
  ];
}

/** No letters, no other case: then it is the very key. */
function inOtherCase(good: GoodToken): Record<string, string> {
  const { kid } = good.key;
  const other = kid === kid.toUpperCase() ? kid.toLowerCase() : kid.toUpperCase();
  if (other === kid) return {};
  return { 'a token that names a trusted key in another case': good.with({}, { kid: other }) };
}
