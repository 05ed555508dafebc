import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { SigningKey } from '../keys/signing-key-set.js';
import type { Claims } from '../policy/check.js';
import type { Scopes } from './scopes.js';

/** What is left of a token that was found good: enough to make the same `AccessToken` again, in half the memory. */
export interface VerifiedToken {
  readonly claims: Claims;
  readonly scopes: Scopes;
  /** The key that it was found good with. */
  readonly key: SigningKey;
}

/**
 * Remembers verified tokens, so that their signatures are verified once. Bounded: the least recently used one makes room.
 *
 * Known by their SHA-256, so that no bearer token stays in memory. Nothing is remembered of a refused token; and whoever
 * finds one here still has to look at its lifetime and its key.
 */
export class VerifiedTokenCache {
  private readonly tokens: LRUCache<string, VerifiedToken>;

  constructor(maxEntries: number) {
    this.tokens = new LRUCache({ max: maxEntries });
  }

  /** The name under which a token is remembered. */
  digest(token: string): string {
    return hash('sha256', token, 'binary');
  }

  find(digest: string): VerifiedToken | undefined {
    return this.tokens.get(digest);
  }

  remember(digest: string, verified: VerifiedToken): void {
    this.tokens.set(digest, verified);
  }

  forget(digest: string): void {
    this.tokens.delete(digest);
  }
}
