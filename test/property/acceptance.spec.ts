import fc from 'fast-check';
import type { AccessToken } from 'nestjs-audience-auth';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { deploy } from '../support/deployment.js';
import { AUDIENCE, now, validClaims, validHeader } from '../support/tokens.js';
import { judge } from './judge.js';
import { runs } from './runs.js';
import { claimsFor, hostileName, written, type Member } from './token-arbitraries.js';

const TOLERANCE = 5;

// The claims are made around this moment.
beforeAll(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterAll(() => void vi.useRealTimers());

const deployment = deploy('express');

function signed(claims: readonly Member[]): string {
  const { key } = deployment.authorizationServer;
  return key.sign(validHeader(key.alg, key.kid), written(claims));
}

/** For claims around good ones, with a count of how many were let in: a property of none would say nothing. */
async function forAllClaims(
  hold: (token: AccessToken, claims: readonly Member[], jwt: string) => unknown,
  usualRuns: number,
): Promise<void> {
  const parameters = runs(usualRuns);
  let accepted = 0;
  await fc.assert(
    fc.asyncProperty(claimsFor(deployment.authorizationServer.issuer), async (claims) => {
      const jwt = signed(claims);
      const token = await judge(deployment, jwt);
      if (typeof token === 'string') return;
      accepted++;
      await hold(token, claims, jwt);
    }),
    parameters,
  );
  expect(accepted).toBeGreaterThan(parameters.numRuns / 10);
  expect(accepted).toBeLessThan(parameters.numRuns);
}

const all = (claims: readonly Member[], name: string): unknown[] =>
  claims.filter(([each, value]) => each === name && value !== undefined).map(([, value]) => value);

describe('a token that is let in', () => {
  it('names this service, comes from the trusted issuer and has not expired', async () => {
    const { issuer } = deployment.authorizationServer;
    await forAllClaims((token, claims) => {
      // Every claim of that name that was written, so that a second one cannot hide the first.
      const [audience, ...moreAudiences] = all(claims, 'aud');
      expect([audience].flat()).toContain(AUDIENCE);
      expect([audience].flat().every((each) => typeof each === 'string')).toBe(true);
      expect(all(claims, 'iss')).toEqual([issuer]);
      const [expiry, ...moreExpiries] = all(claims, 'exp') as number[];
      expect(Date.now() / 1000).toBeLessThan((expiry ?? 0) + TOLERANCE);
      expect([...moreAudiences, ...moreExpiries]).toEqual([]);

      expect(token.issuer).toBe(issuer);
      expect(token.audience).toEqual([audience].flat());
      expect(token.expiresAt).toEqual(new Date((expiry ?? 0) * 1000));
    }, 400);
  });

  it('has begun, is not from the future, is bound to no key, and has names for names', async () => {
    await forAllClaims((_token, claims) => {
      const latest = Date.now() / 1000 + TOLERANCE;
      for (const start of [...all(claims, 'nbf'), ...all(claims, 'iat')] as number[]) {
        expect(start).toBeLessThanOrEqual(latest);
      }
      expect(all(claims, 'cnf')).toEqual([]);
      for (const name of [...all(claims, 'sub'), ...all(claims, 'jti')]) {
        expect(name).toEqual(expect.stringMatching(/./s));
      }
    }, 400);
  });

  it('has the prototype of nothing, whatever its claims are called', async () => {
    await forAllClaims((token) => {
      expect(Object.getPrototypeOf(token.claims)).toBeNull();
      expect(Object.isFrozen(token.claims)).toBe(true);
      expect(Object.getPrototypeOf({})).toBe(Object.prototype);
      expect(Object.keys(Object.prototype)).toEqual([]);
    }, 150);
  });
});

describe('a good token', () => {
  it('is let in whatever else it says', async () => {
    const reserved = new Set([
      ...Object.keys(validClaims('')),
      'nbf',
      'cnf',
      'token_use',
      'typ',
      'purpose',
      'events',
      'sub_jwk',
      'at_hash',
      'c_hash',
      's_hash',
    ]);
    const name = fc.oneof(hostileName, fc.string()).filter((each) => !reserved.has(each));
    const others = fc.uniqueArray(fc.tuple(name, fc.jsonValue({ maxDepth: 4 })), {
      selector: ([each]) => each,
      maxLength: 20,
    });
    await fc.assert(
      fc.asyncProperty(others, async (members) => {
        const good = Object.entries(validClaims(deployment.authorizationServer.issuer));
        const token = await judge(deployment, signed([...members, ...good]));
        if (typeof token === 'string') throw new Error(token);
        expect(token.subject).toBe('alice');
        expect(Object.keys(token.claims)).toHaveLength(good.length + members.length);
        for (const [each, value] of members) {
          expect(JSON.stringify(token.claims[each])).toBe(JSON.stringify(value));
        }
      }),
      runs(200),
    );
  });

  it('is let in until the second that it names, and not after', async () => {
    // Keys that were fetched in the future would be fetched again.
    const moment = (now() + 10) * 1000;
    vi.setSystemTime(moment);
    const jwt = signed(
      Object.entries({ ...validClaims(deployment.authorizationServer.issuer), exp: now() + 60 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: -5000, max: 130_000 }), async (later) => {
        vi.setSystemTime(moment + later);
        const verdict = await judge(deployment, jwt);
        expect(verdict === 'token_expired').toBe(later >= 65_000);
        expect(typeof verdict === 'string').toBe(later >= 65_000);
      }),
      { ...runs(300), examples: [[64_999], [65_000], [-5000]] },
    );
    vi.setSystemTime(moment);
  });
});
