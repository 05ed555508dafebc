import { kindOf, type Problems } from './problems.js';

/** Checks of single values: each gives the value, or its default, or adds a problem and gives something harmless. */
export class ValueRules {
  constructor(private readonly problems: Problems) {}

  flag(name: string, value: unknown, byDefault: boolean): boolean {
    if (value === undefined || typeof value === 'boolean') return value ?? byDefault;
    this.problems.add(`${name} is ${kindOf(value)}; give true or false.`);
    return byDefault;
  }

  number(name: string, value: unknown, byDefault: number, least: number, most?: number): number {
    if (value === undefined) return byDefault;
    const isInRange =
      typeof value === 'number' &&
      Number.isFinite(value) &&
      value >= least &&
      value <= (most ?? value);
    if (isInRange) return value;
    const range = most === undefined ? `of at least ${least}` : `from ${least} to ${most}`;
    this.problems.add(
      `${name} is ${typeof value === 'number' ? value : kindOf(value)}; give a number ${range}.`,
    );
    return byDefault;
  }

  /** A whole number that timers and buffers can take. */
  whole(name: string, value: unknown, byDefault: number, least: number): number {
    const most = 2 ** 31 - 1;
    const number = this.number(name, value, byDefault, least, most);
    if (Number.isInteger(number)) return number;
    this.problems.add(`${name} is ${number}; give a whole number.`);
    return byDefault;
  }

  oneOf<T extends string>(name: string, value: unknown, allowed: readonly T[], byDefault: T): T {
    if (value === undefined) return byDefault;
    const found = allowed.find((each) => each === value);
    const remedy = allowed.map((each) => `'${each}'`).join(' or ');
    if (found === undefined)
      this.problems.add(`${name} is ${kindOf(value)} that is not known; give ${remedy}.`);
    return found ?? byDefault;
  }

  /** A non-empty string. */
  name(name: string, value: unknown): string | undefined {
    if (value === undefined || (typeof value === 'string' && value.trim() !== '')) return value;
    this.problems.add(
      `${name} is ${kindOf(value)}; give a string that is not blank, or leave it out.`,
    );
    return undefined;
  }

  callback<T>(name: string, value: T): T | undefined {
    if (value === undefined || typeof value === 'function') return value;
    this.problems.add(`${name} is ${kindOf(value)}; give a function, or leave it out.`);
    return undefined;
  }

  /** An array of non-empty strings. */
  list(name: string, value: unknown): ReadonlySet<string> | undefined {
    if (value === undefined) return undefined;
    // Array.from makes holes visible.
    const list: unknown[] = Array.isArray(value) ? Array.from(value) : [undefined];
    if (list.every((each): each is string => typeof each === 'string' && each.trim() !== '')) {
      return new Set(list);
    }
    this.problems.add(`${name} is ${kindOf(value)}; give an array of strings, none of them blank.`);
    return undefined;
  }

  /** A non-empty array of non-empty strings. */
  names(name: string, value: unknown): ReadonlySet<string> | undefined {
    const list = this.list(name, value);
    if (list?.size === 0)
      this.problems.add(`${name} is an empty array; name at least one, or leave it out.`);
    return list;
  }

  /** RFC 6750 §3: a quoted string; without `=`, since clients look for parameters with regular expressions. */
  realm(value: unknown): string | undefined {
    if (value === undefined) return undefined;
    if (typeof value === 'string' && /^[\x20\x21\x23-\x3c\x3e-\x5b\x5d-\x7e]+$/.test(value))
      return value;
    this.problems.add(
      `realm is ${kindOf(value)} that cannot stand in a header; give printable ASCII without quotes, backslashes and =.`,
    );
    return undefined;
  }
}

/** An object with options in it: no array, map or regular expression. */
export function isObject(value: unknown): value is object {
  return Object.prototype.toString.call(value) === '[object Object]';
}
