import 'reflect-metadata';
import { both, NO_REQUIREMENTS, type Requirements } from './requirements.js';

/** What decorators say of a controller or a handler. */
type Declaration = 'public' | Requirements;

const DECLARATION = Symbol('nestjs-audience-auth:declaration');

/** A controller class or a handler function. */
type Holder = object;

/** Adds to what a controller or a handler of that name asks; a controller class adds to its base class. */
export function declareRequirements(
  holder: Holder,
  name: string,
  added: Partial<Requirements>,
): void {
  if (own(holder) === 'public') throw contradiction(name);
  refuseLate(holder, name);
  const before = own(holder) ?? inheritedRequirements(holder) ?? NO_REQUIREMENTS;
  const after = both(before as Requirements, { ...NO_REQUIREMENTS, ...added });
  Reflect.defineMetadata(DECLARATION, after, holder);
}

/** Opts a controller or a handler of that name out of the guard. */
export function declarePublic(holder: Holder, name: string): void {
  if (typeof own(holder) === 'object') throw contradiction(name);
  refuseLate(holder, name);
  Reflect.defineMetadata(DECLARATION, 'public', holder);
}

/**
 * What a route asks: the requirements of handler and controller together. The handler's word counts for more where one
 * of them is public.
 */
export function declared(controller: Holder, handler: Holder): Declaration {
  let ofController = routes.get(controller);
  if (!ofController) routes.set(controller, (ofController = new WeakMap()));
  let declaration = ofController.get(handler);
  if (!declaration) ofController.set(handler, (declaration = combined(controller, handler)));
  return declaration;
}

/** Computed once per route: decorators have all run before the first request. */
const routes = new WeakMap<Holder, WeakMap<Holder, Declaration>>();
const computed = new WeakSet<Holder>();

function combined(controller: Holder, handler: Holder): Declaration {
  computed.add(controller).add(handler);
  const ofHandler = own(handler);
  const ofController = own(controller) ?? inheritedRequirements(controller);
  if (ofHandler === 'public') return 'public';
  if (ofHandler === undefined) return ofController ?? NO_REQUIREMENTS;
  return typeof ofController === 'object' ? both(ofController, ofHandler) : ofHandler;
}

/** A base class hands down what it requires, never that it is public: new routes of a subclass are not opened by it. */
function inheritedRequirements(holder: Holder): Requirements | undefined {
  const base = Object.getPrototypeOf(holder) as Holder | null;
  if (base === null) return undefined;
  const declaration = own(base);
  return typeof declaration === 'object' ? declaration : inheritedRequirements(base);
}

/** What was said of just this holder. */
export function own(holder: Holder): Declaration | undefined {
  return Reflect.getOwnMetadata(DECLARATION, holder) as Declaration | undefined;
}

function refuseLate(holder: Holder, name: string): void {
  if (computed.has(holder)) {
    throw new Error(
      `${name}: requirements are declared by decorators, before the application starts; this one comes too late.`,
    );
  }
}

function contradiction(name: string): TypeError {
  return new TypeError(
    `${name}: @Public() and a requirement such as @RequireScopes() contradict each other; remove one of them.`,
  );
}
