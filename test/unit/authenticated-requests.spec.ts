import type { AccessToken } from 'nestjs-audience-auth';
import { describe, expect, it } from 'vitest';
import { rememberToken, tokenOf, tokenVerifiedBy } from '../../lib/guard/authenticated-requests.js';
import type { AccessTokenStrategy } from '../../lib/verification/access-token.strategy.js';

const ALICE = { subject: 'alice' } as AccessToken;
const MALLORY = { subject: 'mallory' } as AccessToken;
const OURS = { name: 'ours' } as AccessTokenStrategy;
const ANOTHER = { name: 'another' } as AccessTokenStrategy;

describe('what a guard found out about a request', () => {
  it('is there for the same request only, and for the same strategy', () => {
    const request = {};
    expect(tokenOf(request)).toBeUndefined();
    expect(tokenVerifiedBy(OURS, request)).toBeUndefined();
    rememberToken(request, OURS, ALICE);
    expect(tokenOf(request)).toBe(ALICE);
    expect(tokenVerifiedBy(OURS, request)).toBe(ALICE);
    expect(tokenVerifiedBy(ANOTHER, request)).toBeUndefined();
    for (const other of [{}, { ...request }, Object.create(request) as object]) {
      expect(tokenOf(other)).toBeUndefined();
      expect(tokenVerifiedBy(OURS, other)).toBeUndefined();
    }
  });

  it('gives way to what another strategy finds out later', () => {
    const request = {};
    rememberToken(request, OURS, ALICE);
    rememberToken(request, ANOTHER, MALLORY);
    expect(tokenVerifiedBy(OURS, request)).toBeUndefined();
    expect(tokenVerifiedBy(ANOTHER, request)).toBe(MALLORY);
    expect(tokenOf(request)).toBe(MALLORY);
  });

  it('is not to be seen on the request', () => {
    const request = {};
    rememberToken(request, OURS, ALICE);
    expect(Reflect.ownKeys(request)).toEqual([]);
    expect(Object.getPrototypeOf(request)).toBe(Object.prototype);
  });
});
