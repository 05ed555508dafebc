import { isScope, type ScopeHierarchy } from '../verification/scopes.js';
import { kindOf, type Problems } from './problems.js';
import { isObject } from './value.rules.js';

/** The option `scopeHierarchy`, with everything that a scope brings with it worked out. */
export function scopeHierarchy(value: unknown, problems: Problems): ScopeHierarchy {
  if (value === undefined) return new Map();
  if (!isHierarchy(value)) {
    problems.add(
      `scopeHierarchy is ${kindOf(value)} of another form; give an object of arrays of scopes.`,
    );
    return new Map();
  }
  const direct = new Map(Object.entries(value));
  const circular = [...direct.keys()].filter((scope) =>
    reach(direct.get(scope) ?? [], direct).has(scope),
  );
  if (circular.length > 0) {
    problems.add(
      `scopeHierarchy goes round in a circle at ${circular.join(', ')}; remove one of the steps.`,
    );
  }
  return new Map([...direct.keys()].map((scope) => [scope, reach([scope], direct)]));
}

function reach(
  from: readonly string[],
  direct: ReadonlyMap<string, readonly string[]>,
): ReadonlySet<string> {
  const reached = new Set(from);
  // A set that grows while it is walked is walked to its end.
  for (const scope of reached) for (const implied of direct.get(scope) ?? []) reached.add(implied);
  return reached;
}

function isHierarchy(value: unknown): value is Record<string, readonly string[]> {
  return (
    isObject(value) &&
    Object.keys(value).every(isScope) &&
    Object.values(value).every(
      (implied: unknown) => Array.isArray(implied) && Array.from(implied).every(isScope),
    )
  );
}
