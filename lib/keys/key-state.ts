/** How it stands with the signing keys of one issuer. */
export interface KeyState {
  /** The issuer identifier. */
  readonly issuer: string;
  /**
   * - `ok`: the keys are at hand, and the last fetch of them succeeded
   * - `stale`: the last fetch failed; tokens are verified with the last good keys
   * - `unavailable`: there are no keys, or none young enough; the issuer's tokens are answered with 503
   */
  readonly state: 'ok' | 'stale' | 'unavailable';
  /** Since when it has been so. */
  readonly since: Date;
  /** How many keys can verify signatures. */
  readonly keyCount: number;
  /** Why the last fetch failed: URLs without query, and statuses; no secret. */
  readonly lastError?: string;
}

/** One line for a log, for a state that was not so before. */
export function sentenceFor({ issuer, state, lastError }: KeyState): string {
  if (state === 'ok') return `The signing keys of ${issuer} can be fetched again.`;
  const outcome =
    state === 'stale' ? 'the last good ones stay in use' : 'its tokens are answered with 503';
  return `The signing keys of ${issuer} cannot be fetched, and ${outcome}: ${lastError}`;
}
