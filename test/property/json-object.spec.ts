import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseObject } from '../../lib/verification/json-object.js';
import { hostileName } from './token-arbitraries.js';

/** A value without what only this library makes of it: null prototypes and frozen objects. */
const plain = (value: unknown): unknown => JSON.stringify(value);

const space = fc.constantFrom('', '', '', ' ', '\n', '\t', '\r\n  ');

/** A JSON string, in which each character may be written as an escape. */
function spelt(string: string): fc.Arbitrary<string> {
  return fc
    .array(fc.integer({ min: 0, max: 4 }), { minLength: string.length, maxLength: string.length })
    .map((choices) => {
      const characters = string.split('').map((unit, at) => {
        if (choices[at] !== 0) return JSON.stringify(unit).slice(1, -1);
        return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
      });
      return `"${characters.join('')}"`;
    });
}

interface Member {
  readonly name: string;
  readonly value: string;
  /** As JSON. */
  readonly text: string;
}

const member: fc.Arbitrary<Member> = fc
  .tuple(
    fc.oneof(hostileName, fc.string(), fc.constantFrom('a', 'b', 'a:', '"', '\\', '{', '[')),
    fc.json({ maxDepth: 3 }),
    space,
    space,
  )
  .chain(([name, value, before, after]) =>
    spelt(name).map((key) => ({ name, value, text: `${before}${key}${after}:${value}${after}` })),
  );

const object = fc.tuple(fc.array(member, { maxLength: 6 }), space).map(([members, end]) => ({
  members,
  text: `{${members.map(({ text }) => text).join()}${end}}`,
}));

describe('parseObject', () => {
  it('accepts exactly the objects without a name twice, and makes of them what JSON.parse does', () => {
    const seen = { accepted: 0, refused: 0 };
    fc.assert(
      fc.property(object, ({ members, text }) => {
        const isUnique = new Set(members.map(({ name }) => name)).size === members.length;
        expect(plain(parseObject(text))).toBe(isUnique ? plain(JSON.parse(text)) : undefined);
        seen[isUnique ? 'accepted' : 'refused']++;
      }),
      { numRuns: 800 },
    );
    expect(Math.min(seen.accepted, seen.refused)).toBeGreaterThan(50);
  });

  it('accepts nothing that JSON.parse does not, and makes nothing else of it', () => {
    const near = fc
      .tuple(
        object,
        fc.nat(),
        fc.oneof(
          fc.constantFrom(...'{}[]":,\\\u0000\ufeff0e-.tnu '.split('')),
          fc.string({ maxLength: 2 }),
        ),
        fc.boolean(),
      )
      .map(([{ text }, where, piece, replaces]) => {
        const at = where % (text.length + 1);
        return text.slice(0, at) + piece + text.slice(at + (replaces ? 1 : 0));
      });
    fc.assert(
      fc.property(fc.oneof(near, fc.json(), fc.string()), (text) => {
        const parsed = parseObject(text);
        const expected = jsonOrNothing(text);
        const isObject =
          typeof expected === 'object' && expected !== null && !Array.isArray(expected);
        expect([undefined, isObject ? plain(expected) : undefined]).toContain(plain(parsed));
      }),
      { numRuns: 800 },
    );
  });

  it('takes an object of any JSON values back as it was', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.oneof(hostileName, fc.string()), fc.jsonValue()), (value) => {
        const text = JSON.stringify(value);
        expect(plain(parseObject(text))).toBe(text);
      }),
      { numRuns: 300 },
    );
  });

  it('gives objects that nobody can change', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })), (value) => {
        const parsed = parseObject(JSON.stringify(value));
        expect(Object.getPrototypeOf(parsed)).toBeNull();
        expect(isFrozen(parsed)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});

function isFrozen(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return Object.isFrozen(value) && Object.values(value).every(isFrozen);
}

function jsonOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
