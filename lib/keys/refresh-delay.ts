/** When keys are fetched without anybody waiting for them; in milliseconds. */
export interface RefreshTimes {
  readonly cacheMaxAgeMs: number;
  readonly cooldownMs: number;
}

/** Whatever the options say, a timer does not turn into a busy loop. */
const LEAST_DELAY_MS = 1000;
/** What a timer of Node can wait for; it does not wait at all for more. */
const LONGEST_DELAY_MS = 2 ** 31 - 1;
const MOST_DOUBLINGS = 3;

/**
 * How long after a good fetch the next one starts: between a half and three quarters of the age at which a request would
 * have to wait for it, so that no request has to. Random, since all instances of a service start at about the same time.
 *
 * @param maxAgeMs how long the issuer wants its keys to be kept: a shorter time counts, a longer one does not
 */
export function refreshDelayMs(
  { cacheMaxAgeMs, cooldownMs }: RefreshTimes,
  maxAgeMs: number | undefined,
): number {
  const ageMs = Math.min(cacheMaxAgeMs, maxAgeMs ?? cacheMaxAgeMs);
  return Math.max(ageMs * (0.5 + Math.random() / 4), cooldownMs, LEAST_DELAY_MS);
}

/**
 * How long after a failed fetch the next one starts: `cooldownMs`, then twice as long each time, up to eight times, and up
 * to half as long again. Requests that need keys do not wait for it: they cause a fetch every `cooldownMs`.
 */
export function retryDelayMs({ cooldownMs }: RefreshTimes, failures: number): number {
  const backedOffMs = cooldownMs * 2 ** Math.min(failures - 1, MOST_DOUBLINGS);
  const delayMs = Math.max(backedOffMs * (1 + Math.random() / 2), LEAST_DELAY_MS);
  return Math.min(delayMs, LONGEST_DELAY_MS);
}
