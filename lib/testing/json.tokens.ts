import type { GoodToken } from './good-token.js';
import { refusedFor, type HostileToken } from './hostile-token.js';

const OTHER = '"https://another-service.example"';

/** RFC 7519 §4, §7.2, RFC 8259: signed tokens whose parts are not what two readers would read alike. */
export function jsonTokens(good: GoodToken): HostileToken[] {
  const { audience, key } = good;
  const header = JSON.stringify(good.header);
  const claims = JSON.stringify(good.claims);
  const withHeader = (text: string | Buffer): string => key.sign(text, claims);
  const withClaims = (text: string | Buffer): string => key.sign(header, text);
  const before = (text: string, members: string): string => `{${members},${text.slice(1)}`;
  const after = (text: string, members: string): string => `${text.slice(0, -1)},${members}}`;
  const spoiltUtf8 = Buffer.from(after(claims, '"x":"?"'));
  spoiltUtf8.writeUInt8(0xff, spoiltUtf8.length - 3);
  return [
    ...refusedFor('token_malformed', {
      'a token with two audiences, the last of them ours': withClaims(
        before(claims, `"aud":${OTHER}`),
      ),
      'a token with two audiences, the first of them ours': withClaims(
        after(claims, `"aud":${OTHER}`),
      ),
      'a token with two audiences, one of them in an escaped spelling': withClaims(
        before(claims, `"\\u0061ud":${OTHER}`),
      ),
      'a token with two expiries': withClaims(after(claims, '"exp":9999999999')),
      'a token with two issuers': withClaims(before(claims, '"iss":"https://attacker.example"')),
      'a token with two algorithms, the last of them right': withHeader(
        before(header, '"alg":"none"'),
      ),
      'a token with two algorithms, the first of them right': withHeader(
        after(header, '"alg":"none"'),
      ),
      'a token with two algorithms, one of them in an escaped spelling': withHeader(
        before(header, '"\\u0061lg":"none"'),
      ),
      'a token with two keys': withHeader(after(header, '"kid":"other"')),
      'a token whose header is no JSON': withHeader('header'),
      'a token whose header is a list': withHeader(`[${header}]`),
      'a token whose header is null': withHeader('null'),
      'a token whose header begins with a byte order mark': withHeader(`\ufeff${header}`),
      'a token whose claims are no JSON': withClaims('claims'),
      'a token whose claims are a list': withClaims(`[${claims}]`),
      'a token whose claims are a string': withClaims(JSON.stringify(claims)),
      'a token whose claims are null': withClaims('null'),
      'a token whose claims are a number': withClaims('1'),
      'a token whose claims begin with a byte order mark': withClaims(`\ufeff${claims}`),
      'a token whose claims begin with white space': withClaims(` ${claims}`),
      'a token whose claims go on behind their end': withClaims(`${claims}{}`),
      'a token whose claims break off': withClaims(claims.slice(0, -1)),
      'a token whose claims end with a comma': withClaims(`${claims.slice(0, -1)},}`),
      'a token whose claims hold a comment': withClaims(`{/**/${claims.slice(1)}`),
      'a token whose claims hold no number (NaN)': withClaims(after(claims, '"x":NaN')),
      'a token whose claims are not UTF-8': withClaims(spoiltUtf8),
      'a token whose claims are UTF-16': withClaims(Buffer.from(claims, 'utf16le')),
      'a token whose claims nest too deep': withClaims(
        after(claims, `"x":${'['.repeat(64)}${']'.repeat(64)}`),
      ),
      'a token of too many claims': good.with(
        Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`x${index}`, 0])),
      ),
      'a token whose subject is a number': good.with({ sub: 1 }),
      'a token whose subject is null': good.with({ sub: null }),
      'a token whose subject is a list': good.with({ sub: ['test-user'] }),
      'a token whose subject is an object': good.with({ sub: {} }),
      'a token whose subject is empty': good.with({ sub: '' }),
      'a token whose identifier is a number': good.with({ jti: 1 }),
      'a token whose identifier is empty': good.with({ jti: '' }),
    }),
    ...refusedFor('audience_missing', {
      'a token whose audience stands in __proto__': key.sign(
        header,
        JSON.stringify({ ...good.claims, aud: undefined }).replace(
          '{',
          `{"__proto__":${JSON.stringify({ aud: audience })},`,
        ),
      ),
    }),
  ];
}
