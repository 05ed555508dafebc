import 'reflect-metadata';
import { both, NO_REQUIREMENTS, type Requirements } from './requirements.js';

/** What decorators say of a controller or a handler. */
type Declaration = 'public' | Requirements;

const DECLARATION = Symbol('nestjs-audience-auth:declaration');

/** A controller class or a handler function. */
type Holder = object;

/** Adds to what a controller or a handler asks; a subclass adds to its base class. */
export function declareRequirements(holder: Holder, added: Partial<Requirements>): void {
  if (own(holder) === 'public') throw contradiction();
  const inherited = declarationOf(holder);
  const before = inherited === undefined || inherited === 'public' ? NO_REQUIREMENTS : inherited;
  Reflect.defineMetadata(DECLARATION, both(before, { ...NO_REQUIREMENTS, ...added }), holder);
}

/** Opts a controller or a handler out of the guard. */
export function declarePublic(holder: Holder): void {
  if (typeof own(holder) === 'object') throw contradiction();
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

function combined(controller: Holder, handler: Holder): Declaration {
  const ofHandler = declarationOf(handler);
  const ofController = declarationOf(controller);
  if (ofHandler === 'public') return 'public';
  if (ofHandler === undefined) return ofController ?? NO_REQUIREMENTS;
  return typeof ofController === 'object' ? both(ofController, ofHandler) : ofHandler;
}

function declarationOf(holder: Holder): Declaration | undefined {
  return Reflect.getMetadata(DECLARATION, holder) as Declaration | undefined;
}

function own(holder: Holder): Declaration | undefined {
  return Reflect.getOwnMetadata(DECLARATION, holder) as Declaration | undefined;
}

function contradiction(): TypeError {
  return new TypeError(
    '@Public() and a requirement such as @RequireScopes() contradict each other on one controller or handler; ' +
      'remove one of them.',
  );
}
