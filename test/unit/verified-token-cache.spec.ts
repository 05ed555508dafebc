import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  VerifiedTokenCache,
  type VerifiedToken,
} from '../../lib/verification/verified-token-cache.js';

const MOST = 1000;
const MILLION = 1_000_000;

const { privateKey } = generateKeyPairSync('ed25519');
const key = {
  kid: 'one',
  algorithms: new Map([['EdDSA', createPublicKey(privateKey)]] as const),
  signatureBytes: 64,
  source: '',
};
const verified = (sub: string): VerifiedToken => ({
  claims: { sub },
  scopes: { granted: new Set(), all: new Set() },
  key,
});

describe('the tokens that were verified before', () => {
  it('are as many as allowed at most, whatever arrives: of a million, the last ones', () => {
    const cache = new VerifiedTokenCache(MOST);
    const same = verified('alice');
    const digests: string[] = [];
    for (let index = 0; index < MILLION; index++) digests.push(cache.digest(`token ${index}`));
    for (const digest of digests) cache.remember(digest, same);
    const found = digests.filter((digest) => cache.find(digest) !== undefined);
    expect(found).toEqual(digests.slice(-MOST));
  });

  it('keep one that is in use while a million others come and go', () => {
    const cache = new VerifiedTokenCache(MOST);
    const [used, unused] = ['used', 'unused'].map((name) => cache.digest(name)) as [string, string];
    const token = verified('bob');
    cache.remember(used, token);
    cache.remember(unused, verified('carol'));
    for (let index = 0; index < MILLION; index++) {
      cache.remember(`another ${index}`, verified('mallory'));
      if (index % (MOST / 2) === 0 && cache.find(used) !== token) throw new Error('forgotten');
    }
    expect(cache.find(used)).toBe(token);
    expect(cache.find(unused)).toBeUndefined();
  });

  it('are known by the whole of their SHA-256, not by themselves', () => {
    const cache = new VerifiedTokenCache(MOST);
    const digest = cache.digest('a token');
    expect(digest).toHaveLength(32);
    expect(cache.digest('a token.')).not.toBe(digest);
    expect(cache.digest('a token')).toBe(digest);
  });
});
