import type { Problems } from './problems.js';

/** Adds a problem for each name that is not an option, with the name that was probably meant. */
export function refuseUnknownNames(
  where: string,
  value: object,
  known: readonly string[],
  problems: Problems,
): void {
  const unknown = Object.keys(value).filter((name) => !known.includes(name));
  for (const name of unknown) {
    const meant = closest(name, known);
    const hint = meant === undefined ? '.' : `; did you mean ${where}${meant}?`;
    problems.add(`${where}${name} is not an option${hint}`);
  }
  if (unknown.some((name) => closest(name, known) === undefined)) {
    problems.add(`the options${where && ` of ${where.slice(0, -1)}`} are ${known.join(', ')}.`);
  }
}

/** The known name that a misspelt one writes in another way, abbreviates or comes nearest to. */
export function closest(name: string, known: readonly string[]): string | undefined {
  const plain = simplified(name);
  const same = known.find((each) => simplified(each) === plain);
  if (same !== undefined) return same;
  const abbreviated = known.find((each) => {
    const other = simplified(each);
    return plain.length >= 3 && (other.startsWith(plain) || plain.startsWith(other));
  });
  if (abbreviated !== undefined) return abbreviated;
  const [nearest] = known
    .map((each) => ({ each, edits: edits(plain, simplified(each)) }))
    .sort((one, other) => one.edits - other.edits);
  return nearest && nearest.edits <= Math.max(2, plain.length / 3) ? nearest.each : undefined;
}

/** `jwks_uri`, `JWKSUri` and `jwks-uri` are all meant for `jwksUri`. */
function simplified(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** Levenshtein's distance. */
function edits(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
