import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseObject } from '../../lib/verification/json-object.js';
import { runs } from './runs.js';
import { hostileName, space, spelt } from './token-arbitraries.js';

/** A value without what only this library makes of it: null prototypes and frozen objects. */
const plain = (value: unknown): unknown => JSON.stringify(value);

interface Member {
  readonly name: string;
  readonly value: string;
  /** As JSON. */
  readonly text: string;
}

/**
 * JSON without escapes, since the JSON.parse of Node 24 may misread an escaped name (nodejs/node#63785), and what is
 * within the members is left to it.
 */
const unescapedJson = fc.json({ maxDepth: 3 }).filter((text) => !text.includes('\\'));

const member: fc.Arbitrary<Member> = fc
  .tuple(
    fc.oneof(hostileName, fc.string(), fc.constantFrom('a', 'b', 'a:', '"', '\\', '{', '[')),
    unescapedJson,
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
  it('reads an escaped name as it was written, whatever was parsed before it', () => {
    JSON.parse('{"first":0,"\\\\":0}');
    JSON.parse('{"first":0,"\\\\u00":0}');
    expect(plain(parseObject('{"first":0,"\\n":1}'))).toBe('{"first":0,"\\n":1}');
    expect(plain(parseObject('{"first":0,"\\u0061ud\\u0073":1}'))).toBe('{"first":0,"auds":1}');
    expect(parseObject('{"first":0,"a":1,"\\u0061":2}')).toBeUndefined();
  });

  it('accepts exactly the objects without a name twice, and makes of them what JSON.parse does', () => {
    const seen = { accepted: 0, refused: 0 };
    fc.assert(
      fc.property(object, ({ members, text }) => {
        const isUnique = new Set(members.map(({ name }) => name)).size === members.length;
        const expected = members.map(({ name, value }) => [name, JSON.parse(value) as unknown]);
        expect(plain(parseObject(text))).toBe(
          isUnique ? plain(Object.fromEntries(expected)) : undefined,
        );
        seen[isUnique ? 'accepted' : 'refused']++;
      }),
      runs(800),
    );
    expect(Math.min(seen.accepted, seen.refused)).toBeGreaterThan(50);
  });

  it('accepts nothing that JSON.parse does not, and makes nothing else of what has no escapes', () => {
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
        const reading = text.includes('\\') ? plain(parsed) : plain(expected);
        expect(isObject ? [undefined, reading] : [undefined]).toContain(plain(parsed));
      }),
      runs(800),
    );
  });

  it('takes an object of any JSON values back as it was', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.oneof(hostileName, fc.string()), unescapedJson), (values) => {
        const members = Object.entries(values).map(
          ([name, value]) => [name, JSON.parse(value) as unknown] as const,
        );
        const text = JSON.stringify(Object.fromEntries(members));
        expect(plain(parseObject(text))).toBe(text);
      }),
      runs(300),
    );
  });

  it('gives objects that nobody can change', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })), (value) => {
        const parsed = parseObject(JSON.stringify(value));
        expect(Object.getPrototypeOf(parsed)).toBeNull();
        expect(isFrozen(parsed)).toBe(true);
      }),
      runs(200),
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
