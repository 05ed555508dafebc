import { describe, expect, it } from 'vitest';
import { clientId } from '../../lib/policy/party.check.js';
import { policyChecks } from '../../lib/policy/policy.js';
import { AUDIENCE, OTHER_AUDIENCE, type Claims } from '../support/tokens.js';
import { ISSUER, NOW, RULES, verdict, type Verdict } from './policy-verdict.js';

describe('RFC 7519 §4.1.4 to §4.1.6: the bounds of a lifetime, to the fraction of a second', () => {
  it.each<[Claims, Verdict]>([
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
    [{ exp: undefined }, 'expiry_missing'],
    [{ nbf: undefined }, undefined],
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
  it.each<[Claims, Verdict]>([
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

  it.each<[Claims, Verdict]>([
    [{ aud: undefined }, 'audience_missing'],
    [{ aud: OTHER_AUDIENCE }, 'audience_mismatch'],
    [{ aud: [OTHER_AUDIENCE] }, 'audience_mismatch'],
    [{ aud: [] }, 'audience_malformed'],
    [{ aud: [AUDIENCE, 5] }, 'audience_malformed'],
    [{ aud: [5] }, 'audience_malformed'],
  ])('RFC 7519 §4.1.3: %j: %s', (claims, expected) => {
    expect(verdict(claims)).toBe(expected);
  });

  it('RFC 8725 §3.9: audiences beside ours can be limited', () => {
    const rules = { coAudiences: new Set(['billing', 'mail']) };
    expect(verdict({ aud: AUDIENCE }, {}, rules)).toBeUndefined();
    expect(verdict({ aud: [AUDIENCE] }, {}, rules)).toBeUndefined();
    expect(verdict({ aud: ['mail', AUDIENCE, 'billing'] }, {}, rules)).toBeUndefined();
    for (const aud of [
      [AUDIENCE, OTHER_AUDIENCE],
      [AUDIENCE, 'mail', OTHER_AUDIENCE],
    ])
      expect(verdict({ aud }, {}, rules)).toBe('audience_not_exclusive');
    expect(verdict({ aud: ['mail', 'billing'] }, {}, rules)).toBe('audience_mismatch');
  });

  it('RFC 7519 §4.1.2, §4.1.7: sub and jti are names, where present', () => {
    for (const name of ['sub', 'jti']) {
      expect(verdict({ [name]: undefined })).toBeUndefined();
      for (const value of ['', 5, null, ['x'], {}])
        expect(verdict({ [name]: value })).toBe('token_malformed');
    }
  });

  it('RFC 7800 §3.1: a token that is bound to a key asks for a proof', () => {
    for (const cnf of [{ jkt: 'x' }, {}, null]) expect(verdict({ cnf })).toBe('proof_required');
  });

  it.each<[Claims, Verdict]>([
    [{}, undefined],
    [{ client_id: undefined, azp: 'cli' }, undefined],
    [{ client_id: undefined, cid: 'cli' }, undefined],
    [{ client_id: undefined, appid: 'cli' }, undefined],
    [{ client_id: 5, azp: 'cli' }, undefined],
    [{ client_id: 'stranger', azp: 'cli' }, 'client_not_authorized'],
    [{ client_id: undefined }, 'client_not_authorized'],
    [{ client_id: ['cli'] }, 'client_not_authorized'],
  ])('RFC 9068 §2.2: of the client, where only some are let in: %j: %s', (claims, expected) => {
    expect(verdict(claims, {}, { authorizedParties: new Set(['cli', 'web']) })).toBe(expected);
  });

  it.each(['client_id', 'azp', 'cid', 'appid'])(
    'RFC 9068 §2.2: a client has a name in %s',
    (name) => {
      expect(clientId({ [name]: 'cli' })).toBe('cli');
      for (const value of [5, ['cli'], null]) expect(clientId({ [name]: value })).toBeUndefined();
    },
  );

  it.each<[Claims, Verdict]>([
    [{}, undefined],
    ...['sub', 'iat', 'jti', 'client_id'].map((name): [Claims, Verdict] => [
      { [name]: undefined },
      'required_claim_missing',
    ]),
    [{ client_id: 5 }, 'required_claim_missing'],
    [{ client_id: '' }, 'required_claim_missing'],
  ])('RFC 9068 §2.2: of required claims, but for %j: %s', (claims, expected) => {
    expect(verdict(claims, {}, { tokenProfile: 'rfc9068' })).toBe(expected);
    expect(verdict(claims)).toBeUndefined();
  });

  it('RFC 9068 §4: the first reason is the answer', () => {
    const rules = { tokenProfile: 'rfc9068', authorizedParties: new Set(['cli']) } as const;
    const faults: [Claims, Verdict][] = [
      [{ iss: 'https://as.example.com' }, 'issuer_untrusted'],
      [{ sub: '' }, 'token_malformed'],
      [{ exp: 1 }, 'token_expired'],
      [{ aud: OTHER_AUDIENCE }, 'audience_mismatch'],
      [{ at_hash: 'h' }, 'token_kind_unexpected'],
      [{ jti: undefined }, 'required_claim_missing'],
      [{ client_id: 'stranger' }, 'client_not_authorized'],
      [{ cnf: {} }, 'proof_required'],
    ];
    const claims = (from: number): Claims =>
      Object.assign({}, ...faults.slice(from).map(([fault]) => fault)) as Claims;
    for (const [index, [, reason]] of faults.entries())
      expect(verdict(claims(index), {}, rules)).toBe(reason);
  });

  it('each check has the name by which a report speaks of it', () => {
    const strict = { tokenProfile: 'rfc9068', authorizedParties: new Set(['cli']) } as const;
    const namesOf = (rules: object) => policyChecks({ ...RULES, ...rules }).map(({ name }) => name);
    const always = ['issuer', 'claim types', 'lifetime', 'audience', 'token kind', 'binding'];
    expect(namesOf({})).toEqual(always);
    expect(namesOf(strict)).toEqual(always.toSpliced(-1, 0, 'required claims', 'client'));
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
