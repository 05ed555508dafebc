import { describe, expect, it } from 'vitest';
import { policy, type PolicyRules } from '../../lib/policy/policy.js';
import {
  validClaims,
  validHeader,
  AUDIENCE,
  OTHER_AUDIENCE,
  type Claims,
} from '../support/tokens.js';

const ISSUER = 'https://auth.example.com';
const NOW = 1_800_000_000;

const RULES: PolicyRules = {
  issuer: ISSUER,
  audience: new Set([AUDIENCE]),
  coAudiences: 'any',
  clockToleranceSeconds: 5,
  maxTokenAgeSeconds: 3600,
  tokenProfile: 'auto',
  acceptTyp: new Set(),
};

/** What the policy says of a token that is good but for this. */
function verdict(claims: Claims = {}, header: Claims = {}, rules: Partial<PolicyRules> = {}) {
  const good = { ...validClaims(ISSUER), iat: NOW, exp: NOW + 600 };
  const spoilt = { ...good, ...claims };
  const present = Object.entries(spoilt).filter(([, value]) => value !== undefined);
  return policy({ ...RULES, ...rules })(
    {
      header: { ...validHeader('ES256', 'key'), ...header },
      claims: Object.assign(Object.create(null) as object, Object.fromEntries(present)),
    },
    NOW,
  );
}

describe('RFC 7519 §4.1.4 to §4.1.6: the bounds of a lifetime, to the fraction of a second', () => {
  it.each<[Claims, ReturnType<typeof verdict>]>([
    [{ exp: NOW - 4.999 }, undefined],
    [{ exp: NOW - 5 }, 'token_expired'],
    [{ exp: NOW + 0.5 }, undefined],
    [{ nbf: NOW + 5 }, undefined],
    [{ nbf: NOW + 5.001 }, 'token_not_yet_valid'],
    [{ iat: NOW + 5 }, undefined],
    [{ iat: NOW + 5.001 }, 'token_not_yet_valid'],
    [{ iat: NOW - 3605 }, undefined],
    [{ iat: NOW - 3605.001 }, 'token_too_old'],
    [{ iat: undefined }, undefined],
    [{ exp: 0 }, 'time_claim_malformed'],
    [{ exp: 2 ** 33 - 1 }, undefined],
    [{ exp: 2 ** 33 }, 'time_claim_malformed'],
    [{ exp: NOW * 1000 }, 'time_claim_malformed'],
    [{ nbf: 0, iat: NOW }, undefined],
    [{ nbf: -1 }, 'time_claim_malformed'],
    [{ iat: -1 }, 'time_claim_malformed'],
    [{ nbf: null }, 'time_claim_malformed'],
    [{ iat: [] }, 'time_claim_malformed'],
    [{ exp: Infinity }, 'time_claim_malformed'],
    [{ exp: NaN }, 'time_claim_malformed'],
  ])('%j: %s', (claims, expected) => {
    expect(verdict(claims)).toBe(expected);
  });

  it('without an age, a token may be old and from the future, but not malformed', () => {
    const ageless = { maxTokenAgeSeconds: false } as const;
    expect(verdict({ iat: 1 }, {}, ageless)).toBeUndefined();
    expect(verdict({ iat: NOW + 500 }, {}, ageless)).toBeUndefined();
    expect(verdict({ iat: '1' }, {}, ageless)).toBe('time_claim_malformed');
  });
});

describe('the policy does not rely on the one who calls it', () => {
  it.each<[Claims, ReturnType<typeof verdict>]>([
    [{ iss: undefined }, 'issuer_missing'],
    [{ iss: `${ISSUER}/` }, 'issuer_untrusted'],
    [{ iss: [ISSUER] }, 'issuer_untrusted'],
    [{ iss: null }, 'issuer_untrusted'],
    [{ aud: null }, 'audience_malformed'],
    [{ aud: { 0: AUDIENCE, length: 1 } }, 'audience_malformed'],
    [{ aud: [OTHER_AUDIENCE, AUDIENCE] }, undefined],
  ])('RFC 9068 §4: %j: %s', (claims, expected) => {
    expect(verdict(claims)).toBe(expected);
  });

  it('is given a token without a prototype, and never throws at any claim', () => {
    const names = ['iss', 'aud', 'exp', 'nbf', 'iat', 'sub', 'jti', 'scope', 'scp', 'typ', 'cnf'];
    const values = [null, 0, '', [], {}, [[]], true, 'x', [null], Number.MAX_VALUE];
    const rules = { tokenProfile: 'rfc9068', authorizedParties: new Set(['cli']) } as const;
    for (const name of [...names, 'azp', 'client_id', 'purpose', 'token_use', '__proto__'])
      for (const value of values)
        for (const header of [{}, { typ: value }])
          expect(['string', 'undefined']).toContain(
            typeof verdict({ [name]: value }, header, rules),
          );
  });
});
