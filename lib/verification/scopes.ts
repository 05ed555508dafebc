/** RFC 6749 §3.3, RFC 6750 §3: the characters of a scope. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/** Whether a value can be a scope: printable ASCII without spaces, quotes and backslashes. */
export function isScope(value: unknown): value is string {
  return typeof value === 'string' && SCOPE.test(value);
}

/** Which scopes a scope brings with it, itself included; made once, at boot. */
export type ScopeHierarchy = ReadonlyMap<string, ReadonlySet<string>>;

/** A set that nobody who is handed it can change: an access token may be shared between requests. */
class FrozenSet extends Set<string> {
  constructor(values: Iterable<string>) {
    super();
    for (const value of values) super.add(value);
    Object.freeze(this);
  }
  override add(): never {
    throw new TypeError('The scopes of an access token cannot be changed.');
  }
  override delete(): never {
    return this.add();
  }
  override clear(): never {
    return this.add();
  }
}

/** What a token grants. */
export interface Scopes {
  /** The scopes it names. */
  readonly granted: ReadonlySet<string>;
  /** These, and all that they bring with them. */
  readonly all: ReadonlySet<string>;
}

/** Longer lists of scopes are read anew each time, and so are those beyond this many. */
const LONGEST_KNOWN = 1000;
const MOST_KNOWN = 1000;

/**
 * RFC 6749 §3.3, RFC 9068 §2.2.3: reads the scopes that a token grants: a string with single spaces between them, or an
 * array of strings, from each of the given claims. Anything else grants nothing.
 *
 * To be used for tokens with a good signature: what it has read it remembers, since tokens of one client name the same
 * scopes again and again.
 */
export class ScopeReader {
  private readonly known = new Map<string, Scopes>();

  constructor(
    private readonly scopeClaims: readonly string[],
    private readonly hierarchy: ScopeHierarchy,
  ) {}

  read(claims: Readonly<Record<string, unknown>>): Scopes {
    const list = this.onlyList(claims);
    if (list === undefined) return this.parse(claims);
    let scopes = this.known.get(list);
    if (scopes === undefined) {
      scopes = this.parse(claims);
      if (this.known.size < MOST_KNOWN && list.length <= LONGEST_KNOWN)
        this.known.set(list, scopes);
    }
    return scopes;
  }

  /** The one claim that says all, if it is a string. */
  private onlyList(claims: Readonly<Record<string, unknown>>): string | undefined {
    let only: unknown;
    for (const name of this.scopeClaims) {
      if (claims[name] === undefined) continue;
      if (only !== undefined) return undefined;
      only = claims[name];
    }
    return typeof only === 'string' ? only : undefined;
  }

  private parse(claims: Readonly<Record<string, unknown>>): Scopes {
    const granted = new FrozenSet(this.scopeClaims.flatMap((name) => scopesIn(claims[name])));
    // A set of its own, which no application gets into its hands.
    const all = new Set(granted);
    for (const [scope, brought] of this.hierarchy) {
      if (granted.has(scope)) for (const each of brought) all.add(each);
    }
    return { granted, all };
  }
}

function scopesIn(value: unknown): string[] {
  const list: unknown[] =
    typeof value === 'string' ? value.split(' ') : Array.isArray(value) ? value : [];
  return list.filter((each): each is string => typeof each === 'string' && each !== '');
}
