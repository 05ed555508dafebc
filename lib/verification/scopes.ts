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

/**
 * RFC 6749 §3.3, RFC 9068 §2.2.3: the scopes that a token grants: a string with single spaces between them, or an array
 * of strings, from each of the given claims. Anything else grants nothing.
 */
export function grantedScopes(
  claims: Readonly<Record<string, unknown>>,
  scopeClaims: readonly string[],
): ReadonlySet<string> {
  return new FrozenSet(scopeClaims.flatMap((name) => scopesIn(claims[name])));
}

function scopesIn(value: unknown): string[] {
  const list: unknown[] =
    typeof value === 'string' ? value.split(' ') : Array.isArray(value) ? value : [];
  return list.filter((each): each is string => typeof each === 'string' && each !== '');
}

/** The granted scopes and all that they bring with them. */
export function withImplied(
  granted: ReadonlySet<string>,
  hierarchy: ScopeHierarchy,
): ReadonlySet<string> {
  if (hierarchy.size === 0) return granted;
  return new Set([...granted].flatMap((scope) => [...(hierarchy.get(scope) ?? [scope])]));
}
