/** How signing keys are fetched and kept. */
export interface KeyOptions {
  /**
   * One deadline, in milliseconds, for a whole answer.
   *
   * @default 5000
   */
  readonly timeoutMs?: number;
  /**
   * The age, in milliseconds, beyond which the key set is not used without a fetch. It is fetched again in the background
   * at between a half and three quarters of this, or of the `max-age` it came with if that is less, so that no request
   * waits. A withdrawn key works no longer than this, while the key server answers.
   *
   * @default 600_000
   */
  readonly cacheMaxAgeMs?: number;
  /**
   * The time, in milliseconds, between two fetches that unknown keys or failures cause.
   *
   * @default 5000
   */
  readonly cooldownMs?: number;
  /**
   * How much longer, in milliseconds, the last good set is used while the key server is in trouble.
   *
   * @default 3_600_000
   */
  readonly staleMaxAgeMs?: number;
  /**
   * The largest answer, in bytes, that is read.
   *
   * @default 524_288
   */
  readonly maxResponseBytes?: number;
  /**
   * The most keys a set may have.
   *
   * @default 100
   */
  readonly maxKeys?: number;
  /**
   * What fetches: for a proxy or a private certificate authority.
   *
   * @default the global `fetch`
   */
  readonly fetch?: typeof globalThis.fetch;
}
