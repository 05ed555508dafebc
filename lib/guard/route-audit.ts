import { MetadataScanner } from '@nestjs/core';
import { mentionedScopes, type Requirements } from './requirements.js';
import { declared, own } from './route-declaration.js';

type Controller = new (...args: never[]) => object;

/** The functions that requirements were declared on, by the class and the name they were declared under. */
const declaredMethods = new WeakMap<object, Map<PropertyKey, Set<object>>>();

/** Remembers under which name a requirement was declared on a method, for {@link auditRoutes}. */
export function rememberMethod(prototype: object, name: PropertyKey, method: object): void {
  let methods = declaredMethods.get(prototype);
  if (!methods) declaredMethods.set(prototype, (methods = new Map<PropertyKey, Set<object>>()));
  methods.set(name, new Set([...(methods.get(name) ?? []), method]));
}

/**
 * Looks at all routes before the first request.
 *
 * @returns every scope that one of them requires
 * @throws Error if a decorator has replaced a method, and taken away with it what the method requires
 */
export function auditRoutes(controllers: readonly Controller[]): string[] {
  const scanner = new MetadataScanner();
  const scopes = controllers.flatMap((controller) => {
    const prototype = controller.prototype as Record<string, object>;
    refuseLostRequirements(controller.name, prototype);
    return scanner.getAllMethodNames(prototype).flatMap((name) => {
      const declaration = declared(controller, prototype[name] as object);
      return declaration === 'public' ? [] : mentionedScopes(declaration);
    });
  });
  return [...new Set(scopes)].sort();
}

function refuseLostRequirements(controller: string, prototype: object | null): void {
  if (prototype === null) return;
  for (const [name, methods] of declaredMethods.get(prototype) ?? []) {
    const method = (prototype as Record<PropertyKey, object>)[name];
    const kept = method && own(method);
    for (const each of methods) {
      const said = own(each);
      if (typeof said !== 'object' || (typeof kept === 'object' && isWithin(said, kept))) continue;
      throw new Error(
        `${controller}.${String(name)} has lost its requirements: a decorator has replaced the method after them. ` +
          'Write @RequireScopes() and its like above that decorator.',
      );
    }
  }
  refuseLostRequirements(controller, Object.getPrototypeOf(prototype) as object | null);
}

/** Whether all that one asks is asked by the other too, which may ask for more. */
function isWithin(one: Requirements, other: Requirements): boolean {
  const names = ['scopes', 'anyScopes', 'clients', 'operations'] as const;
  return names.every((name) => {
    const all: readonly unknown[] = other[name];
    return one[name].every((each) => all.includes(each));
  });
}
