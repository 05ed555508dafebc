import type { Logger } from '@nestjs/common';
import { JwksClient } from 'jwks-rsa';
import { discoverJwksUri } from './discovery.js';
import { getJson, nameOf, type FetchBounds } from './json-document.js';
import { verificationKeys } from './jwk-filter.js';
import { signingKeySet, type SigningKeySet } from './signing-key-set.js';
import { SigningKeysUnavailable } from './signing-keys-unavailable.js';

/** How the keys of an issuer are fetched and kept; times in milliseconds. */
export interface KeySettings extends FetchBounds {
  readonly cacheMaxAgeMs: number;
  readonly cooldownMs: number;
  readonly staleMaxAgeMs: number;
  readonly maxKeys: number;
}

/** Where the keys of an issuer are. */
export interface KeyLocation {
  readonly issuer: string;
  /** Found by discovery, where absent. */
  readonly jwksUri?: string;
  readonly allowInsecureHttp: boolean;
}

/**
 * The signing keys of one issuer: fetched when first needed, kept whole, renewed when they are too old.
 *
 * One fetch is in flight at most. A fetch that fails leaves the last good set in force for `staleMaxAgeMs` more, and is
 * tried again every `cooldownMs` at most. One log line per change of state, not per request.
 */
export class IssuerKeys {
  private set: SigningKeySet | undefined;
  /** When the fetch of the last good set began. */
  private fetchedAt = -Infinity;
  private attemptedAt = -Infinity;
  /** Why the last fetch failed; nothing, if it did not. */
  private failure: unknown;
  private fetching: Promise<void> | undefined;
  private discoveredUri: string | undefined;
  private state: 'ok' | 'stale' | 'unavailable' = 'ok';
  private complaints = '';

  constructor(
    private readonly location: KeyLocation,
    private readonly settings: KeySettings,
    private readonly logger: Logger,
  ) {}

  /**
   * The set in force: at once where it is at hand, else when it has been fetched.
   *
   * @throws SigningKeysUnavailable, as a rejection
   */
  current(): SigningKeySet | Promise<SigningKeySet> {
    const { set, settings } = this;
    if (set && this.isYoungerThan(settings.cacheMaxAgeMs)) return set;
    const attempt = this.failure === undefined ? this.fetch() : this.fetchUnlessCoolingDown();
    // Once the server is known to be in trouble, nobody who can be served from the last good set waits for a retry.
    if (set && this.failure !== undefined && this.isUsable()) return set;
    return attempt ? attempt.then(() => this.usable()) : Promise.reject(this.unavailable());
  }

  /** Has the set fetched without anybody waiting for it. */
  warmUp(): void {
    void this.fetch();
  }

  /**
   * A set fetched anew, for a token that the current one does not verify; nothing if one was fetched less than
   * `cooldownMs` ago, however many such tokens arrive.
   *
   * @throws SigningKeysUnavailable, as a rejection, if that fetch fails or the last one did
   */
  renewed(): Promise<SigningKeySet> | undefined {
    const attempt = this.fetchUnlessCoolingDown();
    if (!attempt && this.failure === undefined) return undefined;
    return Promise.resolve(attempt).then(() => {
      if (this.failure !== undefined) throw this.unavailable();
      return this.usable();
    });
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
    this.attemptedAt = Date.now();
    try {
      this.set = await this.download();
      this.fetchedAt = this.attemptedAt;
      this.failure = undefined;
    } catch (error) {
      this.failure = error;
      // The keys may have moved. While the last good set is in use, a server in trouble is not asked twice.
      if (!this.isUsable()) this.discoveredUri = undefined;
    }
    this.report();
  }

  private async download(): Promise<SigningKeySet> {
    const { issuer, jwksUri, allowInsecureHttp } = this.location;
    const get = (url: string) => getJson(url, this.settings);
    this.discoveredUri ??= jwksUri ?? (await discoverJwksUri(issuer, allowInsecureHttp, get));

    const complaints: string[] = [];
    const ignored = (kid: unknown, why: string) =>
      complaints.push(`key ${JSON.stringify(kid) ?? 'without kid'} is not used: ${why}`);
    const client = new JwksClient({
      jwksUri: this.discoveredUri,
      // The whole set is cached here; jwks-rsa would cache, and limit, by single kids that callers make up.
      cache: false,
      rateLimit: false,
      fetcher: async (uri) => {
        const document = await get(uri);
        if (document.status !== 200) {
          if (document.status < 500) this.discoveredUri = undefined;
          throw new Error(`${nameOf(uri)} answered ${document.status}`);
        }
        return { keys: verificationKeys(document.json, this.settings.maxKeys, ignored) };
      },
    });
    const set = signingKeySet(await client.getSigningKeys(), ignored);
    this.complain(complaints.join('; '));
    return set;
  }

  private isYoungerThan(ageMs: number): boolean {
    const age = Date.now() - this.fetchedAt;
    // A clock that was set back makes no old set young.
    return age >= 0 && age < ageMs;
  }

  private isUsable(): boolean {
    return this.isYoungerThan(this.settings.cacheMaxAgeMs + this.settings.staleMaxAgeMs);
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
    return new SigningKeysUnavailable(this.location.issuer, seconds, this.failure);
  }

  private report(): void {
    const state = this.failure === undefined ? 'ok' : this.isUsable() ? 'stale' : 'unavailable';
    if (state === this.state) return;
    this.state = state;
    const { issuer } = this.location;
    const why = this.failure instanceof Error ? this.failure.message : '';
    if (state === 'ok') this.logger.log(`The signing keys of ${issuer} can be fetched again.`);
    if (state === 'stale')
      this.logger.warn(
        `The signing keys of ${issuer} cannot be fetched, and the last good ones stay in use: ${why}`,
      );
    if (state === 'unavailable')
      this.logger.error(
        `The signing keys of ${issuer} cannot be fetched, and its tokens are answered with 503: ${why}`,
      );
  }

  private complain(complaints: string): void {
    if (complaints !== '' && complaints !== this.complaints)
      this.logger.warn(`The JWK set of ${this.location.issuer}: ${complaints}.`);
    this.complaints = complaints;
  }
}
