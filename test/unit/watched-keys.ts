import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, onTestFinished, vi } from 'vitest';
import { IssuerKeys, type KeySettings } from '../../lib/keys/issuer-keys.js';
import { COOLDOWN, MAX_AGE, STALE_WINDOW } from '../support/clock.js';
import { signingKey } from '../support/signing-key.js';

export const ISSUER = 'https://as.example.com';
export const METADATA = `${ISSUER}/.well-known/oauth-authorization-server`;
export const JWKS_URI = `${ISSUER}/jwks`;

/** Stops the library's clock and its timers in every test of a file. */
export function stopTheTimers(): void {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());
}

/** How a key server answers a fetch. */
export type Answering = (signal: AbortSignal) => Promise<Response>;
/** Metadata and keys in one. */
export const publishing =
  (...keys: readonly unknown[]): Answering =>
  () =>
    Promise.resolve(Response.json({ issuer: ISSUER, jwks_uri: JWKS_URI, keys }));
export const good = publishing(signingKey('ES256').jwk);
export const bad: Answering = () => Promise.resolve(new Response(null, { status: 500 }));
export const hang: Answering = () => new Promise<never>(() => undefined);
/** What is said of a server that answers badly. */
export const WHY = `${JWKS_URI} answered 500`;

/** The keys of an issuer whose server answers as the test wants it. */
export class WatchedKeys {
  answering: Answering = good;
  readonly asked: string[] = [];
  readonly log: string[] = [];
  readonly keys: IssuerKeys;

  constructor(
    settings: Partial<KeySettings> = {},
    where: { jwksUri?: string } = { jwksUri: JWKS_URI },
  ) {
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
      fetch: (url: unknown, { signal }: RequestInit = {}) => {
        this.asked.push(String(url));
        return this.answering(signal as AbortSignal);
      },
    };
    const location = { issuer: ISSUER, allowInsecureHttp: false, ...where };
    this.keys = new IssuerKeys(location, { ...usual, ...settings }, logger);
    onTestFinished(() => this.keys.close());
  }

  get fetches(): number {
    return this.asked.length;
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

  /** Keeps the answers back until they are given. */
  holdBack(): (answering: Answering) => void {
    let answer!: (answering: Answering) => void;
    const held = new Promise<Answering>((resolve) => (answer = resolve));
    this.answering = async (signal) => (await held)(signal);
    return answer;
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
