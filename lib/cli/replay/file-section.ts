import { isSecureUrl } from '../../keys/secure-url.js';
import { closest } from '../../options/option-names.js';
import { kindOf } from '../../options/problems.js';

export type Path = readonly (string | number)[];

/** Something wrong with a file, and where. */
export interface FileProblem {
  readonly path: Path;
  /** Nothing of a value: it may be a secret in the wrong place. */
  readonly text: string;
}

/** One mapping of a file, read key by key. What is wrong with it is put to the problems. */
export class FileSection {
  /** If it is none, that is the only problem with it. */
  readonly isMapping: boolean;
  private readonly entries: Readonly<Record<string, unknown>>;

  /** @param known the keys it may have */
  constructor(
    private readonly path: Path,
    value: unknown,
    known: readonly string[],
    private readonly problems: FileProblem[],
  ) {
    this.isMapping = typeof value === 'object' && value !== null && !Array.isArray(value);
    this.entries = this.isMapping ? (value as Record<string, unknown>) : {};
    if (!this.isMapping)
      this.problem(`must be a mapping of ${known.join(', ')}, not ${kindOf(value)}`);
    for (const key of Object.keys(this.entries)) {
      if (!known.includes(key)) this.unknownKey(key, known);
    }
  }

  has(key: string): boolean {
    return Object.hasOwn(this.entries, key);
  }

  value(key: string): unknown {
    return this.has(key) ? this.entries[key] : undefined;
  }

  /** A text, if the key is there and holds one. */
  text(key: string): string | undefined {
    if (!this.has(key)) return undefined;
    const value = this.entries[key];
    if (typeof value === 'string' && value.trim() !== '' && !/\p{Cc}/u.test(value)) return value;
    const quotes = typeof value === 'number' || typeof value === 'boolean';
    const remedy = quotes ? '; put it in quotes' : '';
    this.problem(`must be a text on one line, not ${this.kind(value)}${remedy}`, key);
    return undefined;
  }

  requiredText(key: string, what: string): string | undefined {
    if (!this.has(key)) this.problem(`has no ${key}: ${what}`);
    return this.text(key);
  }

  /** A URL that requests can be sent to: http or https, without credentials and without a fragment. */
  requiredUrl(key: string, what: string): string | undefined {
    const text = this.requiredText(key, what);
    if (text === undefined) return undefined;
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url === undefined || !/^https?:$/.test(url.protocol)) {
      this.problem('must be a URL that begins with https:// or http://', key);
    } else if (url.username !== '' || url.password !== '') {
      this.problem('must not hold a user name or password', key);
    } else if (url.hash !== '') {
      this.problem('must have no fragment (#), which is never sent', key);
    } else {
      return text;
    }
    return undefined;
  }

  /** A URL that secrets may be sent to. */
  secureUrl(key: string, what: string): string | undefined {
    const url = this.requiredUrl(key, what);
    if (url === undefined || isSecureUrl(url, false)) return url;
    this.problem('must be https, or http on this machine: a secret is sent there', key);
    return undefined;
  }

  problem(text: string, key?: string): void {
    const path = key === undefined ? this.path : [...this.path, key];
    this.problems.push({ path, text });
  }

  private unknownKey(key: string, known: readonly string[]): void {
    const meant = closest(key, known);
    const remedy =
      meant === undefined ? `; the keys here are ${known.join(', ')}` : `; did you mean ${meant}?`;
    this.problem(`is not a key${remedy}`, key);
  }

  private kind(value: unknown): string {
    return typeof value === 'string' && value.trim() !== '' ? 'several' : kindOf(value);
  }
}
