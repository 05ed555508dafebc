import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, onTestFinished, vi } from 'vitest';
import { IssuerKeys, type KeySettings } from '../../lib/keys/issuer-keys.js';
import { COOLDOWN, MAX_AGE, STALE_WINDOW } from '../support/clock.js';
import { signingKey } from '../support/signing-key.js';

export const ISSUER = 'https://as.example.com';
const JWKS_URI = `${ISSUER}/jwks`;
const GOOD = JSON.stringify({ keys: [signingKey('ES256').jwk] });

/** Stops the library's clock and its timers in every test of a file. */
export function stopTheTimers(): void {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());
}

/** How a key server answers a fetch. */
export type Answering = (signal: AbortSignal) => Promise<Response>;
export const good: Answering = () => Promise.resolve(new Response(GOOD));
export const bad: Answering = () => Promise.resolve(new Response(null, { status: 500 }));
export const hang: Answering = () => new Promise<never>(() => undefined);
/** What is said of a server that answers badly. */
export const WHY = `${JWKS_URI} answered 500`;

/** The keys of an issuer whose server answers as the test wants it. */
export class WatchedKeys {
  answering: Answering = good;
  fetches = 0;
  readonly log: string[] = [];
  readonly keys: IssuerKeys;

  constructor(settings: Partial<KeySettings> = {}) {
    const logger = new Logger();
    for (const level of ['log', 'warn', 'error'] as const) {
      logger[level] = (message: unknown) => void this.log.push(`${level} ${String(message)}`);
    }
    const usual = {
      cacheMaxAgeMs: MAX_AGE,
      cooldownMs: COOLDOWN,
      staleMaxAgeMs: STALE_WINDOW,
      timeoutMs: 5000,
      maxResponseBytes: 10_000,
      maxKeys: 10,
      fetch: (_url: unknown, { signal }: RequestInit = {}) => {
        this.fetches++;
        return this.answering(signal as AbortSignal);
      },
    };
    const location = { issuer: ISSUER, jwksUri: JWKS_URI, allowInsecureHttp: false };
    this.keys = new IssuerKeys(location, { ...usual, ...settings }, logger);
    onTestFinished(() => this.keys.close());
  }

  /** How many keys a request is given, or what it is told instead. */
  async ask(keys = this.keys.current()): Promise<unknown> {
    try {
      return (await keys).size;
    } catch (error) {
      const { name, issuer, retryAfterSeconds, cause } = error as never as Record<string, unknown>;
      return [name, issuer, retryAfterSeconds, (cause as Error | undefined)?.message];
    }
  }

  /** Moves the clock, and waits for the fetch that begins at that moment. */
  async wait(milliseconds: number): Promise<void> {
    vi.advanceTimersByTime(milliseconds);
    await this.keys['fetching'];
  }

  renew(): Promise<unknown> | undefined {
    const renewed = this.keys.renewed();
    return renewed && this.ask(renewed);
  }
}

/** What a request is told that finds no keys. */
export const unavailable = (seconds: number, why: string | undefined) => [
  'SigningKeysUnavailable',
  ISSUER,
  seconds,
  why,
];
