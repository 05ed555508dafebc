import type { AccessToken, AudienceAuthOptions } from 'nestjs-audience-auth';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AuthorizationServer } from '../support/authorization-server.js';
import { deployOnce } from '../support/deployment.js';
import { expectRejection } from '../support/expect-rejection.js';
import { ADAPTERS } from '../support/resource-server.js';
import { signingKey } from '../support/signing-key.js';
import { AUDIENCE, now, OTHER_AUDIENCE, type Claims } from '../support/tokens.js';
import { LET_IN, verdictIn, type Verdict } from '../support/verdict.js';

/** A token, and what becomes of it. */
type Case = readonly [Verdict, Claims, Claims?];

/** Options, and the tokens that they make a difference to. */
const EFFECTS: Record<string, readonly [Partial<AudienceAuthOptions>, ...Case[]]> = {
  'audience, of several': [
    { audience: [AUDIENCE, 'urn:tickets'] },
    [LET_IN, { aud: AUDIENCE }],
    [LET_IN, { aud: 'urn:tickets' }],
    [LET_IN, { aud: ['x', 'urn:tickets'] }],
    ['audience_mismatch', { aud: 'urn:Tickets' }],
    ['audience_mismatch', { aud: `${AUDIENCE} urn:tickets` }],
  ],
  'audience, of a host': [
    { audience: 'https://api.example.com' },
    [LET_IN, { aud: 'https://api.example.com' }],
    [LET_IN, { aud: 'https://api.example.com/' }],
    ['audience_mismatch', { aud: 'https://api.example.com//' }],
    ['audience_mismatch', { aud: 'https://API.example.com' }],
  ],
  'audience, by default': [
    {},
    [LET_IN, { aud: AUDIENCE }],
    [LET_IN, { aud: [OTHER_AUDIENCE, AUDIENCE] }],
    ['audience_mismatch', { aud: `${AUDIENCE}/` }],
    ['audience_malformed', { aud: [] }],
  ],
  'coAudiences: []': [
    { coAudiences: [] },
    [LET_IN, { aud: [AUDIENCE] }],
    [LET_IN, { aud: [AUDIENCE, AUDIENCE] }],
    ['audience_not_exclusive', { aud: [AUDIENCE, OTHER_AUDIENCE] }],
    ['audience_mismatch', { aud: [OTHER_AUDIENCE] }],
  ],
  "coAudiences: 'any'": [
    { coAudiences: 'any' },
    [LET_IN, { aud: [AUDIENCE, OTHER_AUDIENCE] }],
    ['audience_mismatch', { aud: [OTHER_AUDIENCE] }],
  ],
  'coAudiences with a list': [
    { coAudiences: ['https://auth.example.com/userinfo'] },
    [LET_IN, { aud: [AUDIENCE, 'https://auth.example.com/userinfo'] }],
    ['audience_not_exclusive', { aud: [AUDIENCE, OTHER_AUDIENCE] }],
    ['audience_mismatch', { aud: 'https://auth.example.com/userinfo' }],
  ],
  algorithms: [
    { algorithms: ['RS256', 'EdDSA'] },
    ['algorithm_not_allowed', {}],
    ['algorithm_not_allowed', {}, { alg: 'none' }],
  ],
  'tokenProfile: rfc9068': [
    { tokenProfile: 'rfc9068' },
    [LET_IN, {}],
    ['token_kind_unexpected', {}, { typ: undefined }],
    ['required_claim_missing', { client_id: undefined }],
    ['required_claim_missing', { client_id: '' }],
    ['required_claim_missing', { client_id: 5 }],
  ],
  acceptTyp: [
    { acceptTyp: ['application/vnd.example+JWT'] },
    [LET_IN, {}, { typ: 'vnd.example+jwt' }],
    ['token_kind_unexpected', {}, { typ: 'other+jwt' }],
  ],
  'clockToleranceSeconds: 0': [
    { clockToleranceSeconds: 0 },
    ['token_expired', { exp: now() - 1 }],
    ['token_not_yet_valid', { nbf: now() + 60 }],
  ],
  'clockToleranceSeconds: 300': [
    { clockToleranceSeconds: 300 },
    [LET_IN, { exp: now() - 200, iat: now() - 900 }],
    [LET_IN, { nbf: now() + 250 }],
    ['token_expired', { exp: now() - 301 }],
  ],
  maxTokenAgeSeconds: [
    { maxTokenAgeSeconds: 3600 },
    [LET_IN, { iat: now() - 1800 }],
    ['token_too_old', { iat: now() - 3700 }],
    ['token_not_yet_valid', { iat: now() + 60 }],
  ],
  'maxTokenAgeSeconds: false': [
    { maxTokenAgeSeconds: false },
    [LET_IN, { iat: 1 }],
    [LET_IN, { iat: now() + 60 }],
    ['time_claim_malformed', { iat: 'yesterday' }],
  ],
  authorizedParties: [
    { authorizedParties: ['billing', 'cron'] },
    [LET_IN, { client_id: 'billing' }],
    [LET_IN, { client_id: undefined, azp: 'cron' }],
    ['client_not_authorized', { client_id: 'cli' }],
    ['client_not_authorized', { client_id: undefined }],
    ['client_not_authorized', { client_id: 'cli', azp: 'cron' }],
  ],
  maxTokenBytes: [
    { maxTokenBytes: 700 },
    [LET_IN, {}],
    ['token_too_large', { padding: 'x'.repeat(700) }],
  ],
  boundTokens: [{ boundTokens: 'refuse' }, [LET_IN, {}], ['proof_required', { cnf: {} }]],
};

describe.each(ADAPTERS)('what an option does, on %s', (adapter) => {
  it.each(Object.entries(EFFECTS))('%s', async (_name, [options, ...cases]) => {
    const deployment = await deployOnce(adapter, { resource: { url: AUDIENCE }, ...options });
    const verdicts: Verdict[] = [];
    for (const [, claims, header] of cases) {
      const token = deployment.issue(claims, header);
      verdicts.push(await verdictIn(await deployment.get('/plain', token), { token }));
    }
    expect(verdicts).toEqual(cases.map(([expected]) => expected));
  });
});

describe.each(ADAPTERS)('scopeClaims, on %s', (adapter) => {
  const scopesOf = async (options: Partial<AudienceAuthOptions>, claims: Claims) => {
    const deployment = await deployOnce(adapter, options);
    const response = await deployment.get('/plain', deployment.issue(claims));
    return ((await response.json()) as { token: { scopes: string[] } }).token.scopes;
  };
  const everywhere = {
    scope: 'a b',
    scp: ['b', 'c'],
    permissions: ['d', 5, '', 'e f'],
    roles: 'g',
  };

  it.each<[Partial<AudienceAuthOptions>, string[]]>([
    [{}, ['a', 'b', 'c']],
    [{ scopeClaims: ['scope'] }, ['a', 'b']],
    [{ scopeClaims: ['scp'] }, ['b', 'c']],
    [{ scopeClaims: ['permissions'] }, ['d', 'e f']],
    [{ scopeClaims: ['roles', 'scope'] }, ['g', 'a', 'b']],
    [{ scopeClaims: ['__proto__', 'constructor'] }, []],
  ])('%j: %j', async (options, scopes) => {
    expect(await scopesOf(options, everywhere)).toEqual(scopes);
  });
});

describe.each(ADAPTERS)('realm, on %s', (adapter) => {
  it('stands in every challenge, between the metadata and the description', async () => {
    const realm = "Tickets (v1), 'public'";
    const deployment = await deployOnce(adapter, { realm });
    await expectRejection(await deployment.get('/plain'), 'token_missing', { realm });
    await expectRejection(await deployment.get('/plain', 'x'), 'token_malformed', { realm });
    const token = deployment.issue({ scope: 'x' });
    await expectRejection(await deployment.get('/files', token), 'scope_insufficient', {
      realm,
      scope: 'files:read',
    });
  });

  it('RFC 6750 §3 (HDR-01): is "api" where nothing else would be said', async () => {
    const deployment = await deployOnce(adapter, { resource: false });
    const response = await deployment.get('/plain');
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="api"');
    await expectRejection(await deployment.get('/plain', 'x'), 'token_malformed', {
      resourceMetadata: '',
    });
    await expectRejection(await deployment.get('/files'), 'token_missing', {
      resourceMetadata: '',
      scope: 'files:read',
    });
  });
});

describe.each(ADAPTERS)('exposeRawToken, on %s', (adapter) => {
  const rawOf = async (options: Partial<AudienceAuthOptions>) => {
    const deployment = await deployOnce(adapter, options);
    const token = deployment.issue();
    const response = await deployment.get('/plain', token);
    const { token: seen } = (await response.json()) as { token: Partial<AccessToken> };
    return { token, raw: seen.raw };
  };

  it('puts the token string on the access token, for an exchange', async () => {
    const { token, raw } = await rawOf({ exposeRawToken: true });
    expect(raw).toBe(token);
  });

  it.each([{}, { exposeRawToken: false }])('does not with %j', async (options) => {
    const { raw } = await rawOf(options);
    expect(raw).toBeUndefined();
  });
});

describe.each(ADAPTERS)('several issuers, on %s', (adapter) => {
  it('each have their own keys, audience, algorithms and profile, or those of the module', async () => {
    const special = await AuthorizationServer.start({ key: signingKey('RS256') });
    onTestFinished(() => special.stop());
    const deployment = await deployOnce(adapter, ({ issuer }) => ({
      algorithms: ['ES256'],
      issuer: [
        issuer,
        {
          issuer: special.issuer,
          audience: 'urn:special',
          algorithms: ['RS256'],
          tokenProfile: 'rfc9068',
        },
      ],
    }));
    const { authorizationServer: usual } = deployment;
    const ecKey = signingKey('ES256', 'another');
    special.keys = [special.key.jwk, ecKey.jwk];
    const ours = { aud: 'urn:special' };
    const table: [Verdict, string][] = [
      [LET_IN, usual.issue()],
      [LET_IN, usual.issue({}, { typ: 'JWT' })],
      ['audience_mismatch', usual.issue(ours)],
      ['algorithm_not_allowed', usual.issue({}, {}, signingKey('RS256'))],
      [LET_IN, special.issue(ours)],
      [LET_IN, special.issue({ aud: [AUDIENCE, 'urn:special'] })],
      ['audience_mismatch', special.issue()],
      ['algorithm_not_allowed', special.issue(ours, {}, ecKey)],
      ['token_kind_unexpected', special.issue(ours, { typ: 'JWT' })],
      ['required_claim_missing', special.issue({ ...ours, jti: undefined })],
      // A key of the one says nothing about a token that names the other.
      ['key_unknown', special.issue({ iss: usual.issuer }, { alg: 'ES256' }, special.key.as('x'))],
      ['signature_invalid', usual.issue({}, {}, ecKey.as(usual.key.kid))],
      ['issuer_untrusted', usual.issue({ iss: `${usual.issuer}/` })],
      ['issuer_untrusted', usual.issue({ iss: `${usual.issuer} ${special.issuer}` })],
    ];
    const verdicts: Verdict[] = [];
    for (const [, token] of table) {
      verdicts.push(await verdictIn(await deployment.get('/plain', token), { token }));
    }
    expect(verdicts).toEqual(table.map(([expected]) => expected));
  });
});
