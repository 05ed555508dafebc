import fc from 'fast-check';
import { AUDIENCE, now, OTHER_AUDIENCE, validClaims } from '../support/tokens.js';

/** A claim or header parameter, in the order in which it is written; names may repeat. */
export type Member = readonly [name: string, value: unknown];

/** The JSON object of these members, repetitions included, which `JSON.stringify` would not write. */
export function written(members: readonly Member[]): string {
  const texts = members
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
  return `{${texts.join(',')}}`;
}

/** What may stand between any two tokens of JSON. */
export const space = fc.constantFrom('', '', '', ' ', '\n', '\t', '\r\n  ');

/** A JSON string, in which each character may be written as an escape. */
export function spelt(string: string): fc.Arbitrary<string> {
  return fc
    .array(fc.integer({ min: 0, max: 4 }), { minLength: string.length, maxLength: string.length })
    .map((choices) => {
      const characters = string.split('').map((unit, at) => {
        if (choices[at] !== 4) return JSON.stringify(unit).slice(1, -1);
        return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
      });
      return `"${characters.join('')}"`;
    });
}

/** Names that mean something to JavaScript, or to whoever reads claims. */
export const hostileName = fc.constantFrom(
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'valueOf',
  'hasOwnProperty',
  'then',
  'toJSON',
  '',
  'AUD',
  'aud ',
  'audience',
  'iss\u0000',
);

const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<unknown>(undefined, null, '', 0, -1, [], {}, true, 1e308, 2 ** 53),
);

/** Mostly the good value, sometimes one that is nearly good, now and then anything. */
function mostly(good: unknown, ...nearly: readonly unknown[]): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 8, arbitrary: fc.constant(good) },
    { weight: 3, arbitrary: fc.constantFrom(...nearly) },
    { weight: 1, arbitrary: anything },
  );
}

/** A moment near now, on either side of what the clocks may differ by, or far from it. */
function moments(): fc.Arbitrary<number> {
  const moment = now();
  return fc.oneof(
    fc.integer({ min: -20, max: 20 }).map((seconds) => moment + seconds),
    fc.double({ min: -10, max: 10, noNaN: true }).map((seconds) => moment + seconds),
    fc.constantFrom(moment + 600, moment - 600, moment - 86_400, moment - 86_500),
    fc.constantFrom(moment * 1000, 1e300, -1, 0),
  );
}

const audiences = fc.oneof(
  fc.constant(AUDIENCE),
  fc.array(fc.constantFrom<unknown>(AUDIENCE, OTHER_AUDIENCE, `${AUDIENCE}/`, '', null, 1), {
    maxLength: 4,
  }),
  fc.constantFrom<unknown>(OTHER_AUDIENCE, `${AUDIENCE}/`, AUDIENCE.toUpperCase(), [[AUDIENCE]]),
  fc.constantFrom<unknown>([AUDIENCE, null], [1, AUDIENCE], [AUDIENCE, [OTHER_AUDIENCE]]),
);

/** Claims around those of a good token: all good, one of them spoilt, or each of them now and then. */
export function claimsFor(issuer: string): fc.Arbitrary<readonly Member[]> {
  const moment = moments();
  const usual = fc.record({
    iss: mostly(issuer, `${issuer}/`, [issuer], 'https://other.example'),
    aud: fc.oneof({ weight: 3, arbitrary: fc.constant(AUDIENCE) }, audiences, anything),
    exp: fc.oneof({ weight: 4, arbitrary: fc.constant(now() + 600) }, moment, anything),
    iat: fc.oneof({ weight: 4, arbitrary: fc.constant(now()) }, moment, anything),
    nbf: fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, moment, anything),
    sub: mostly('alice', 5, ''),
    jti: mostly('1', 5, undefined),
    scope: mostly('files:read', ['files:read'], undefined),
    client_id: mostly('cli', AUDIENCE, undefined),
    cnf: mostly(undefined, {}),
  });
  const others = fc.array(
    fc.tuple(fc.oneof(hostileName, fc.string()), fc.jsonValue({ maxDepth: 2 })),
    { maxLength: 4 },
  );
  // A second claim of the same name is tried now and then.
  const again = fc.oneof(
    { weight: 9, arbitrary: fc.constant<Member[]>([]) },
    fc
      .tuple(
        fc.constantFrom('aud', 'iss', 'exp'),
        fc.constantFrom<unknown>(AUDIENCE, issuer, now() + 600, OTHER_AUDIENCE, now() - 600),
      )
      .map((member): Member[] => [member]),
  );
  const eachSpoilt = fc.tuple(usual, others, again).chain(([claims, more, second]) =>
    fc.shuffledSubarray<Member>([...Object.entries(claims), ...more, ...second], {
      minLength: Object.keys(claims).length + more.length + second.length,
    }),
  );
  const good: readonly Member[] = Object.entries(validClaims(issuer));
  const oneSpoilt = fc.tuple(eachSpoilt, fc.nat()).map(([members, at]) => {
    const spoilt = members[at % members.length] as Member;
    return [...good.filter(([name]) => name !== spoilt[0]), spoilt];
  });
  return fc.oneof(fc.constant(good), oneSpoilt, eachSpoilt);
}
