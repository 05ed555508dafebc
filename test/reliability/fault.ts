import type { Answer } from '../support/answers.js';
import type { AuthorizationServer } from '../support/authorization-server.js';

/** The deadline of services that have to wait for it: longer than a good answer takes, and soon over. */
export const SHORT_TIMEOUT_MS = 300;
/** The deadline of services that must not need it. */
export const LONG_TIMEOUT_MS = 5000;
/** When every caller has their answer, at the latest: the short deadline, and a second. */
export const ANSWERED_MS = SHORT_TIMEOUT_MS + 1000;

/** Where a second copy of the good document lies, in case somebody follows a redirect. */
export const ELSEWHERE = '/elsewhere';

/** A word in some bodies; no log may hold it. */
export const MARK = 'word-of-the-body';

/** What callers get during a fault, and what an operator reads. Nobody is ever answered later than `ANSWERED_MS`. */
export interface Consequence {
  /** A good token, at a service that has no keys yet or none young enough. */
  readonly cold: 200 | 503;
  /** A good token of a key that was known before the fault, at a service that has it. */
  readonly warm: 200;
  /** A good token of a key that was published meanwhile, at the same service. */
  readonly newKey: 200 | 503;
  /** Why keys cannot be fetched; nothing, if they can. */
  readonly logged: RegExp | undefined;
  /** The `keys.timeoutMs` of the services. */
  readonly timeoutMs: number;
}

/** A document, or a reason why it cannot have the fault. */
type Affected = Consequence | 'cannot have it';

/** One thing that can be wrong with an answer of an authorization server, and what follows from it. */
export interface Fault {
  /** The answer, made of the good document. */
  readonly spoil: Spoil;
  readonly metadata: Affected;
  readonly keys: Affected;
}

export type Spoil = (good: Document, server: AuthorizationServer) => Answer;
export type Document = Readonly<Record<string, unknown>>;
export type DocumentName = 'metadata' | 'keys';

/** The document serves its purpose all the same. */
export const usable: Consequence = {
  cold: 200,
  warm: 200,
  newKey: 200,
  logged: undefined,
  timeoutMs: LONG_TIMEOUT_MS,
};

/** Nothing can be learned from the document, and this is why. */
export function outage(logged: RegExp): Consequence {
  return { cold: 503, warm: 200, newKey: 503, logged, timeoutMs: LONG_TIMEOUT_MS };
}

/** There is no end to wait for. */
export const deadline: Consequence = {
  ...outage(/did not answer in full within 300 ms/),
  timeoutMs: SHORT_TIMEOUT_MS,
};

/** Either document can have the fault, with the same consequence. */
export function either(consequence: Consequence, spoil: Spoil): Fault {
  return { spoil, metadata: consequence, keys: consequence };
}

/** Only the key set can have the fault. */
export function inKeys(keys: Consequence, spoil: Spoil): Fault {
  return { spoil, metadata: 'cannot have it', keys };
}

/** Only the metadata can have the fault. */
export function inMetadata(metadata: Consequence, spoil: Spoil): Fault {
  return { spoil, metadata, keys: 'cannot have it' };
}
