import { channel } from 'node:diagnostics_channel';
import type { Logger } from '@nestjs/common';
import { sentenceFor, type KeyState } from './key-state.js';
import { KeySource, type DownloadBounds, type KeyLocation } from './key-source.js';
import { refreshDelayMs, retryDelayMs, type RefreshTimes } from './refresh-delay.js';
import type { SigningKeySet } from './signing-key-set.js';
import { SigningKeysUnavailable } from './signing-keys-unavailable.js';

/** How the keys of an issuer are fetched and kept; times in milliseconds. */
export interface KeySettings extends DownloadBounds, RefreshTimes {
  readonly staleMaxAgeMs: number;
}

const states = channel('nestjs-audience-auth:signing-keys');

/** The fetches that have failed since the last good one. */
interface Failures {
  readonly count: number;
  readonly since: number;
  readonly last: Error;
}

/**
 * The signing keys of one issuer: fetched when first needed, kept whole, renewed before they are too old.
 *
 * One fetch is in flight at most. A fetch that fails leaves the last good set in force for `staleMaxAgeMs` more, and is
 * tried again every `cooldownMs` at most. One log line per change of state, not per request.
 */
export class IssuerKeys {
  private readonly source: KeySource;
  private readonly closing = new AbortController();
  private set: SigningKeySet | undefined;
  /** When the fetch of the last good set began. */
  private fetchedAt = -Infinity;
  private attemptedAt = -Infinity;
  private failures: Failures | undefined;
  private fetching: Promise<void> | undefined;
  private refresh: NodeJS.Timeout | undefined;
  /** When the last trouble ended, or before there could be any. */
  private wellSince = Date.now();
  private reported: KeyState['state'] = 'ok';

  constructor(
    private readonly location: KeyLocation,
    private readonly settings: KeySettings,
    private readonly logger: Logger,
  ) {
    this.source = new KeySource(location, settings, (message) => logger.warn(message));
  }

  /**
   * The set in force: at once where it is at hand, else when it has been fetched.
   *
   * @throws SigningKeysUnavailable, as a rejection
   */
  current(): SigningKeySet | Promise<SigningKeySet> {
    const { set } = this;
    if (set && this.isYoungerThan(this.settings.cacheMaxAgeMs)) return set;
    const attempt = this.failures ? this.fetchUnlessCoolingDown() : this.fetch();
    const atHand = this.atHand();
    if (atHand) return atHand;
    return attempt ? attempt.then(() => this.usable()) : Promise.reject(this.unavailable());
  }

  /** The set in force, if nobody has to wait for it. */
  atHand(): SigningKeySet | undefined {
    if (this.isYoungerThan(this.settings.cacheMaxAgeMs)) return this.set;
    // Once the server is known to be in trouble, nobody who can be served from the last good set waits for a retry.
    return this.failures && this.isUsable() ? this.set : undefined;
  }

  /** Has the set fetched without anybody waiting for it. */
  warmUp(): void {
    void this.fetch();
  }

  /** Fetches nothing any more, unless asked. */
  close(): void {
    this.closing.abort();
    clearTimeout(this.refresh);
  }

  /**
   * A set fetched anew, for a token that the current one does not verify; nothing if one was fetched less than
   * `cooldownMs` ago, however many such tokens arrive.
   *
   * @throws SigningKeysUnavailable, as a rejection, if that fetch fails or the last one did
   */
  renewed(): Promise<SigningKeySet> | undefined {
    // What began longer ago may bring a set from before the token's key was published.
    const early = this.cooldownLeftMs() > 0 ? undefined : this.fetching;
    const attempt = early
      ? early.then(() => (this.failures ? undefined : this.fetch()))
      : this.fetchUnlessCoolingDown();
    if (!attempt && !this.failures) return undefined;
    return Promise.resolve(attempt).then(() => {
      if (this.failures) throw this.unavailable();
      return this.usable();
    });
  }

  /** How it stands with the keys at this moment. */
  state(): KeyState {
    const { set, failures, location, wellSince } = this;
    const common = {
      issuer: location.issuer,
      keyCount: set?.size ?? 0,
      ...(failures && { lastError: failures.last.message }),
    };
    if (!set) return { ...common, state: 'unavailable', since: new Date(wellSince) };
    if (!this.isUsable()) {
      return {
        ...common,
        state: 'unavailable',
        since: new Date(this.fetchedAt + this.lifetimeMs()),
      };
    }
    return failures
      ? { ...common, state: 'stale', since: new Date(failures.since) }
      : { ...common, state: 'ok', since: new Date(wellSince) };
  }

  private fetchUnlessCoolingDown(): Promise<void> | undefined {
    return this.fetching ?? (this.cooldownLeftMs() > 0 ? undefined : this.fetch());
  }

  private fetch(): Promise<void> {
    this.fetching ??= this.attempt().finally(() => (this.fetching = undefined));
    return this.fetching;
  }

  /** Never rejects: what came of it is in the fields. */
  private async attempt(): Promise<void> {
    const now = Date.now();
    this.attemptedAt = now;
    let delayMs: number;
    try {
      const { set, maxAgeMs } = await this.source.download(this.closing.signal, this.set);
      if (!this.set || this.failures) this.wellSince = Date.now();
      this.set = set;
      this.fetchedAt = now;
      this.failures = undefined;
      delayMs = refreshDelayMs(this.settings, maxAgeMs);
    } catch (error) {
      const { count, since } = this.failures ?? { count: 0, since: now };
      this.failures = { count: count + 1, since, last: error as Error };
      // While the last good set is in use, a server in trouble is not asked twice.
      if (!this.isUsable()) this.source.forgetLocation();
      delayMs = retryDelayMs(this.settings, this.failures.count);
    }
    if (this.closing.signal.aborted) return;
    this.report();
    clearTimeout(this.refresh);
    this.refresh = setTimeout(() => this.warmUp(), delayMs).unref();
  }

  private isYoungerThan(ageMs: number): boolean {
    const age = Date.now() - this.fetchedAt;
    // A clock that was set back makes no old set young.
    return age >= 0 && age < ageMs;
  }

  private isUsable(): boolean {
    return this.isYoungerThan(this.lifetimeMs());
  }

  private lifetimeMs(): number {
    return this.settings.cacheMaxAgeMs + this.settings.staleMaxAgeMs;
  }

  private usable(): SigningKeySet {
    if (this.set && this.isUsable()) return this.set;
    throw this.unavailable();
  }

  private cooldownLeftMs(): number {
    const since = Date.now() - this.attemptedAt;
    return since < 0 ? 0 : this.settings.cooldownMs - since;
  }

  private unavailable(): SigningKeysUnavailable {
    const seconds = Math.max(1, Math.ceil(this.cooldownLeftMs() / 1000));
    return new SigningKeysUnavailable(this.location.issuer, seconds, this.failures?.last);
  }

  /** Tells whoever operates the service, once per change. */
  private report(): void {
    const state = this.state();
    if (state.state === this.reported) return;
    this.reported = state.state;
    states.publish(state);
    const level = ({ ok: 'log', stale: 'warn', unavailable: 'error' } as const)[state.state];
    this.logger[level](sentenceFor(state));
  }
}
