/** How the service under soak keeps its keys, in milliseconds: as by default, but so that a bad day passes in minutes. */
export const KEYS = {
  timeoutMs: 1000,
  cooldownMs: 1000,
  cacheMaxAgeMs: 3000,
  staleMaxAgeMs: 4000,
} as const;

/** After this long without a good fetch, the service answers 503. */
export const USABLE_MS = KEYS.cacheMaxAgeMs + KEYS.staleMaxAgeMs;

/** When a set that was just published has been fetched by itself, at the latest. */
export const NOTICED_MS = 0.75 * KEYS.cacheMaxAgeMs + KEYS.timeoutMs;

/** When the service has its keys again after an outage, at the latest: an attempt may be under way, and one more follows. */
export const RECOVERED_MS = KEYS.cooldownMs + KEYS.timeoutMs;

/** Nobody waits longer for an answer. */
export const ANSWERED_MS = KEYS.timeoutMs + 1000;

/** What two processes on a busy machine may need to agree that something has happened. */
export const SETTLED_MS = 250;

/** How much the heap may have grown when a flood is over: a few bytes for each of its requests. */
export const HEAP_GROWTH_BYTES = 1_000_000;

/** The path that is asked for. */
export const PATH = '/subject';
