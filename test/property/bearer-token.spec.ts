import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAuthorization, judgeHeader, type HeaderLines } from '../fuzz/judge-header.js';
import { headerPieces } from './header-arbitraries.js';
import { runs } from './runs.js';

const LIMIT = 30;

/** RFC 9110 §5.6.2, §11.4, RFC 6750 §2.1: scheme, spaces, token; taken apart by hand. */
function expected(lines: HeaderLines): ReturnType<typeof judgeHeader> {
  const [value, ...others] = lines.filter(([name]) => isAuthorization(name)).map(([, v]) => v);
  if (value === undefined) return 'token_missing';
  if (others.length > 0) return 'request_malformed';
  const isSchemeCharacter = (each: string) => /[a-z0-9!#$%&'*+\-.^_`|~]/i.test(each);
  const end = value.split('').findIndex((each) => !isSchemeCharacter(each));
  const [scheme, rest] = end < 0 ? [value, ''] : [value.slice(0, end), value.slice(end)];
  if (scheme.toLowerCase() !== 'bearer') return 'token_missing';
  const token = rest.replace(/^ +/, '');
  if (token.length > LIMIT) return 'token_too_large';
  if (token === rest) return 'request_malformed';
  return isToken68(token) ? { token } : 'request_malformed';
}

function isToken68(token: string): boolean {
  const padded = token.split('=');
  const isPadding = padded.slice(1).every((each) => each === '');
  return isPadding && padded[0] !== '' && !/[^a-z0-9\-._~+/]/i.test(padded[0] ?? '');
}

describe('the bearer token of a request', () => {
  const characters = fc.constantFrom(...'abcXYZ019-._~+/'.split(''));
  const nearlyGood = fc.tuple(
    fc.mixedCase(fc.constant('bearer')),
    fc.constantFrom(' ', ' ', '   ', '', '\t', ' \t'),
    fc.string({ unit: characters, minLength: LIMIT - 29, maxLength: LIMIT + 2 }),
    fc.constantFrom('', '', '=', '==', '=a', ' ', '\u00e9', '\n'),
  );
  const value = fc.oneof(
    { weight: 3, arbitrary: nearlyGood.map((parts) => parts.join('')) },
    headerPieces,
    fc.string({ unit: 'binary' }),
  );
  const name = fc.oneof(
    { weight: 3, arbitrary: fc.mixedCase(fc.constant('authorization')) },
    fc.constantFrom('proxy-authorization', 'authorization2', 'authorizatiom', 'cookie', 'x'),
  );
  const lines = fc.array(fc.tuple(name, value), { minLength: 1, maxLength: 4 });

  it('is found where the grammar has it, and nowhere else', () => {
    let found = 0;
    const parameters = runs(3000);
    fc.assert(
      fc.property(lines, (each) => {
        const outcome = judgeHeader(each, LIMIT);
        expect(outcome).toEqual(expected(each));
        if (typeof outcome === 'object') found++;
      }),
      parameters,
    );
    expect(found).toBeGreaterThan(parameters.numRuns / 50);
  });
});
