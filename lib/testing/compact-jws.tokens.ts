import type { Claims } from '../policy/check.js';
import type { GoodToken } from './good-token.js';
import { refusedFor, type HostileToken } from './hostile-token.js';
import { encoded } from './signing-key.js';

/** RFC 7515 §5.2, §7.1, RFC 4648 §3.5: tokens that are no JWS in compact serialization, or one in another spelling. */
export function compactJwsTokens(good: GoodToken): HostileToken[] {
  const token = good.with({});
  const [header = '', payload = '', signature = ''] = token.split('.');
  const random = encoded(Buffer.alloc(32, 7));
  const nested = good.key.sign({ ...good.header, cty: 'JWT' }, token);
  const extended = (parameters: Claims): string => good.with({}, parameters);
  return [
    ...refusedFor('token_malformed', {
      'an opaque token': 'mF_9.B5f-4.1JqM',
      'an opaque token of one part': 'SlAV32hkKG',
      'a token of two parts': `${header}.${payload}`,
      'a token of four parts': `${token}.${random}`,
      'a token with a full stop too many': `${token}.`,
      'a token that begins with a full stop': `.${token}`,
      'a token whose header is empty': `.${payload}.${signature}`,
      'a token whose claims are empty': `${header}..${signature}`,
      'a token of nothing': '..',
      'a token that breaks off in its claims': token.slice(0, header.length + 20),
      'a token that breaks off by one character': cutToImpossibleLength(token),
      'an encrypted token': [
        encoded({ alg: 'RSA-OAEP', enc: 'A256GCM' }),
        random,
        random,
        random,
        random,
      ].join('.'),
      'an encrypted token that is compressed': [
        encoded({ alg: 'dir', enc: 'A256GCM', zip: 'DEF' }),
        '',
        random,
        random,
        random,
      ].join('.'),
      'a token that says that it is encrypted': extended({ enc: 'A256GCM' }),
      'a token within a token': nested,
      'a token that says that it holds a token': extended({ cty: 'JWT' }),
      'a token with padding': `${token}=`,
      'a token with more padding': `${token}==`,
      ...respelt(good),
    }),
    ...refusedFor('critical_header_unsupported', {
      'a token with an extension that must be understood': extended({
        crit: ['http://example.com/ext'],
        'http://example.com/ext': true,
      }),
      'a token with crit that names a claim': extended({ crit: ['exp'], exp: good.now + 60 }),
      'a token with crit that is empty': extended({ crit: [] }),
      'a token with crit that is null': extended({ crit: null }),
      'a token with crit that names what is not there': extended({ crit: ['x'] }),
      'a token with an unencoded payload (b64)': extended({ crit: ['b64'], b64: false }),
      'a token with an unencoded payload that is not critical (b64)': extended({ b64: false }),
      'a token with an encoded payload that says so (b64)': extended({ b64: true }),
    }),
  ];
}

/** No base64url has a length of 1 modulo 4. */
function cutToImpossibleLength(token: string): string {
  const length = token.length - token.lastIndexOf('.') - 1;
  return token.slice(0, -((length - 1) % 4));
}

/** The same bytes in other characters; signed, where the signature covers the spelling. */
function respelt(good: GoodToken): Record<string, string> {
  const { key } = good;
  const sign = (input: string): string => `${input}.${encoded(key.signature(input))}`;
  const header = encoded(withSpareBits(good.header));
  const payload = encoded(withSpareBits(good.claims));
  const token = good.with({});
  // Only a signature whose length is no multiple of three has spare bits.
  const hasSpareBits = (token.length - token.lastIndexOf('.') - 1) % 4 !== 0;
  return {
    'a token whose header is spelt with spare bits': sign(`${spareBits(header)}.${payload}`),
    'a token whose claims are spelt with spare bits': sign(`${header}.${spareBits(payload)}`),
    ...(hasSpareBits && { 'a token whose signature is spelt with spare bits': spareBits(token) }),
    'a token whose header is in the other alphabet': sign(`${base64(good.header)}.${payload}`),
    'a token whose claims are in the other alphabet': sign(`${header}.${base64(good.claims)}`),
  };
}

/** JSON whose length is no multiple of three, so that its base64url has spare bits. */
function withSpareBits(members: object): string {
  const text = JSON.stringify(members);
  return Buffer.byteLength(text) % 3 === 0 ? JSON.stringify({ ...members, xy: 1 }) : text;
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** The last character, with a bit set that decoders drop. */
function spareBits(text: string): string {
  return text.slice(0, -1) + ALPHABET.charAt(ALPHABET.indexOf(text.slice(-1)) | 1);
}

/** RFC 4648 §4, without padding: question marks in a row become a slash. */
function base64(members: object): string {
  const text = JSON.stringify({ ...members, x: '?????' });
  return Buffer.from(text).toString('base64').replace(/=+$/, '');
}
