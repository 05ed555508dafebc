import { AccessTokenVerifier, AudienceAuthModule } from 'nestjs-audience-auth';
import type { AccessToken, AudienceAuthOptions } from 'nestjs-audience-auth';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { deploy, deployOnce } from '../support/deployment.js';
import { AUDIENCE, OTHER_AUDIENCE, validClaims, validHeader } from '../support/tokens.js';
import type { Claims } from '../support/tokens.js';
import { answer, LET_IN } from '../support/verdict.js';

const NOW = Date.parse('2030-01-01T00:00:00Z') / 1000;

// Before the services below start, so that they fetch their keys at this time.
beforeAll(() => void vi.useFakeTimers({ toFake: ['Date'], now: NOW * 1000 }));
beforeEach(() => void vi.setSystemTime(NOW * 1000));
afterAll(() => void vi.useRealTimers());

const deployment = deploy('express');
const exact = deploy('express', { clockToleranceSeconds: 0, maxTokenAgeSeconds: false });

const ask = (claims: Claims, { service, ...on } = deployment) =>
  answer(service, on.authorizationServer.issue(claims));
const askExact = (claims: Claims) => ask(claims, exact);

/** Claims that are written down as JSON that `JSON.stringify` would not write. */
const askJson = (change: (json: string) => string, on = deployment) => {
  const { key, issuer } = on.authorizationServer;
  const payload = change(JSON.stringify(validClaims(issuer)));
  return answer(on.service, key.sign(validHeader(key.alg, key.kid), payload));
};
const withClaim = (name: string, json: string) => (claims: string) =>
  claims
    .replace(new RegExp(`"${name}":(?:"[^"]*"|\\d+),?`), '')
    .replace(/,?\}$/, `,"${name}":${json}}`);

/** The token as handlers get it. */
const accepted = (token: string): Promise<AccessToken> =>
  deployment.service.app.get(AccessTokenVerifier).verify(token);

describe('claims in general', () => {
  it('what the tests of this file spoil is let in unspoilt', async () => {
    expect(await ask({})).toBe(LET_IN);
    expect(await askExact({})).toBe(LET_IN);
    expect(await askJson((json) => json)).toBe(LET_IN);
  });

  it.each<[what: string, twice: (json: string) => string]>([
    ['another aud first', (json) => json.replace('{', `{"aud":"${OTHER_AUDIENCE}",`)],
    ['another aud last', (json) => json.replace(/\}$/, `,"aud":"${OTHER_AUDIENCE}"}`)],
    ['aud in another spelling', (json) => json.replace('{', `{"\\u0061ud":"${OTHER_AUDIENCE}",`)],
    ['iss', (json) => json.replace('{', '{"iss":"https://other.example",')],
    ['exp', (json) => json.replace('{', '{"exp":1,')],
    ['sub with the same value', (json) => json.replace('{', '{"sub":"alice",')],
    ['a claim nobody knows', (json) => json.replace('{', '{"x":1,"x":1,')],
    ['__proto__', (json) => json.replace('{', '{"__proto__":1,"__proto__":2,')],
  ])('RFC 7519 §4 (JWT-01): refuses a claim twice: %s', async (_what, twice) => {
    expect(await askJson(twice)).toBe('token_malformed');
  });

  it('RFC 7519 §4 (JWT-02): ignores claims that it does not know', async () => {
    expect(await ask({ x: 1, 'https://example.com/y': { z: [1] }, '': null })).toBe(LET_IN);
  });

  it.each([5, {}, [], true, null, ''])(
    'RFC 7519 §4.1.7 (JWT-20): refuses the jti %j',
    async (jti) => {
      expect(await ask({ jti })).toBe('token_malformed');
    },
  );

  it('RFC 7519 §7.2 (JWT-18): one fault is enough', async () => {
    const faults: Claims[] = [{ iss: 'x' }, { aud: 'x' }, { exp: NOW - 60 }, { cnf: {} }];
    for (const fault of faults) expect(await ask(fault)).not.toBe(LET_IN);
  });

  it('RFC 7519 §10 (JWT-19): claims called like parts of JavaScript objects are claims', async () => {
    const names = [
      '__proto__',
      'constructor',
      'prototype',
      'toString',
      'hasOwnProperty',
      'valueOf',
    ];
    const { key, issuer } = deployment.authorizationServer;
    const payload = JSON.stringify(validClaims(issuer)).replace(
      /\}$/,
      `,${names.map((name) => `"${name}":{"admin":true}`).join(',')}}`,
    );
    const token = await accepted(key.sign(validHeader(key.alg, key.kid), payload));
    expect(Object.getPrototypeOf(token.claims)).toBeNull();
    for (const name of names) expect(token.claims[name]).toEqual({ admin: true });
    expect(Object.keys(token.claims)).toEqual(expect.arrayContaining(names));
    expect(token.claims['admin']).toBeUndefined();
    expect(({} as Record<string, unknown>)['admin']).toBeUndefined();
    // The copy that applications make of what they are given.
    expect(Object.assign({}, token)).not.toHaveProperty('admin');
  });
});

describe('aud', () => {
  it('RFC 7519 §4.1.3 (JWT-03): has to name this service', async () => {
    expect(await ask({ aud: OTHER_AUDIENCE })).toBe('audience_mismatch');
    expect(await ask({ aud: [OTHER_AUDIENCE, 'x'] })).toBe('audience_mismatch');
    expect(await ask({ aud: undefined })).toBe('audience_missing');
  });

  it.each([
    [AUDIENCE],
    [[AUDIENCE]],
    [[OTHER_AUDIENCE, AUDIENCE]],
    [[AUDIENCE, OTHER_AUDIENCE, '']],
  ])('RFC 7519 §4.1.3 (JWT-04): may be %j', async (aud) => {
    expect(await ask({ aud })).toBe(LET_IN);
  });

  it.each<[what: string, aud: string]>([
    ['nothing', ''],
    ['anything', '*'],
    ['another scheme', 'http://api.example.com/mcp'],
    ['capitals in the scheme', 'HTTPS://api.example.com/mcp'],
    ['capitals in the host', 'https://API.example.com/mcp'],
    ['capitals in the path', 'https://api.example.com/MCP'],
    ['the port that goes without saying', 'https://api.example.com:443/mcp'],
    ['a slash at the end', 'https://api.example.com/mcp/'],
    ['only the host', 'https://api.example.com'],
    ['less of the path', 'https://api.example.com/mc'],
    ['more of the path', 'https://api.example.com/mcp/x'],
    ['a longer name', 'https://api.example.com/mcp2'],
    ['ours and more', 'https://api.example.com/mcp.evil.example'],
    ['more and ours', 'xhttps://api.example.com/mcp'],
    ['ours as user name', 'https://api.example.com/mcp@evil.example'],
    ['a percent-encoded letter', 'https://api.example.com/%6dcp'],
    ['a space at the end', 'https://api.example.com/mcp '],
    ['a space at the beginning', ' https://api.example.com/mcp'],
    ['a line break at the end', 'https://api.example.com/mcp\n'],
    ['NUL at the end', 'https://api.example.com/mcp\u0000'],
    ['a zero-width space', 'https://api.example.com/mcp\u200b'],
    ['a homoglyph', 'https://\u0430pi.example.com/mcp'],
    ['a lone surrogate', 'https://api.example.com/mcp\ud800'],
    ['a query', 'https://api.example.com/mcp?'],
    ['a fragment', 'https://api.example.com/mcp#'],
    ['ours among others, with spaces', `${OTHER_AUDIENCE} ${AUDIENCE}`],
    ['ours among others, with commas', `${AUDIENCE},${OTHER_AUDIENCE}`],
    ['an array as text', `["${AUDIENCE}"]`],
  ])('RFC 7519 §4.1.3 (JWT-05): is compared to the letter: %s', async (_what, aud) => {
    expect(await ask({ aud })).toBe('audience_mismatch');
    expect(await ask({ aud: [aud, OTHER_AUDIENCE] })).toBe('audience_mismatch');
  });

  it('RFC 7519 §4.1.3 (JWT-05): is compared without Unicode normalisation', async () => {
    const [composed, decomposed] = ['urn:caf\u00e9', 'urn:cafe\u0301'];
    for (const [ours, theirs] of [
      [composed, decomposed],
      [decomposed, composed],
    ] as const) {
      const service = await deployOnce('express', { audience: ours, resource: false });
      expect(await ask({ aud: ours }, service)).toBe(LET_IN);
      const response = await service.get('/plain', service.issue({ aud: theirs }));
      expect(await response.json()).toMatchObject({ reason: 'audience_mismatch' });
    }
  });

  it.each([
    [[]],
    [null],
    [42],
    [true],
    [{}],
    [{ [AUDIENCE]: 1 }],
    [{ 0: AUDIENCE, length: 1 }],
    [[[AUDIENCE]]],
    [[AUDIENCE, 1]],
    [[AUDIENCE, null]],
    [[null, AUDIENCE]],
    [[AUDIENCE, [AUDIENCE]]],
    [[AUDIENCE, {}]],
    [[AUDIENCE, true]],
  ])('RFC 7519 §4.1.3 (JWT-06): is malformed as %j', async (aud) => {
    expect(await ask({ aud })).toBe('audience_malformed');
  });

  it.each<[what: string, audience: unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['an empty string', ''],
    ['a blank', '  '],
    ['an empty array', []],
    ['a hole', [undefined]],
    ['an empty string among others', [AUDIENCE, '']],
    ['a number', 5],
    ['an object', {}],
    ['a regular expression', /api/],
    ['a regular expression among others', [AUDIENCE, /api/g]],
    ['everything', '*'],
    ['a pattern', 'https://*.example.com/mcp'],
    ['a placeholder', '{tenant}'],
    ['a placeholder that a shell would have filled in', '${AUDIENCE}'],
    ['a variable that a shell would have filled in', '$AUDIENCE'],
    ['a variable of another shell', '%AUDIENCE%'],
    ['the word undefined', 'undefined'],
    ['a URL that was made of undefined', 'https://undefined/mcp'],
    ['what every token of Keycloak names', 'account'],
    ['the authorization server', 'https://as.example.com'],
    ['the authorization server with a slash', 'https://as.example.com/'],
    ['the userinfo endpoint', 'https://as.example.com/userinfo'],
    ['a control character', 'urn:a\u0000'],
  ])('RFC 8725 §3.9 (JWT-07): cannot be configured as %s', (_what, audience) => {
    const issuer = 'https://as.example.com';
    expect(() => AudienceAuthModule.forRoot({ issuer, audience } as AudienceAuthOptions)).toThrow(
      /audience/,
    );
    if (audience === undefined) return;
    const perIssuer = { issuer: { issuer, audience }, audience: AUDIENCE } as AudienceAuthOptions;
    expect(() => AudienceAuthModule.forRoot(perIssuer)).toThrow(/audience/);
  });

  it.each([
    '7c7d9f5e-5a55-4a0f-9d0a-0a7f2f4a9b11',
    'api://tickets',
    'urn:tickets',
    'https://api.example.com/v1/mcp',
    'tickets.example.com',
  ])('RFC 7519 §2 (JWT-09): may be any string, such as %s', async (audience) => {
    const service = await deployOnce('express', { audience, resource: false });
    expect(await ask({ aud: audience }, service)).toBe(LET_IN);
    expect((await service.get('/plain', service.issue({ aud: `${audience}x` }))).status).toBe(401);
  });
});

describe('iss', () => {
  it.each<[what: string, change: (issuer: string) => unknown, reason: string]>([
    ['missing', () => undefined, 'issuer_missing'],
    ['null', () => null, 'issuer_untrusted'],
    ['a number', () => 1, 'issuer_untrusted'],
    ['empty', () => '', 'issuer_untrusted'],
    ['an array', (issuer) => [issuer], 'issuer_untrusted'],
    ['an array with another', (issuer) => ['https://evil.example', issuer], 'issuer_untrusted'],
    ['an object', (issuer) => ({ [issuer]: 1 }), 'issuer_untrusted'],
    ['with a slash at the end', (issuer) => `${issuer}/`, 'issuer_untrusted'],
    ['in capitals', (issuer) => issuer.toUpperCase(), 'issuer_untrusted'],
    ['with a space at the end', (issuer) => `${issuer} `, 'issuer_untrusted'],
    ['with more at the end', (issuer) => `${issuer}.evil.example`, 'issuer_untrusted'],
    ['with less at the end', (issuer) => issuer.slice(0, -1), 'issuer_untrusted'],
    ['as user name', (issuer) => `${issuer}@evil.example`, 'issuer_untrusted'],
    ['of another scheme', (issuer) => issuer.replace('http', 'https'), 'issuer_untrusted'],
    ['with a path', (issuer) => `${issuer}/tenant`, 'issuer_untrusted'],
    ['called __proto__', () => '__proto__', 'issuer_untrusted'],
  ])('RFC 7519 §4.1.1 (JWT-08): is not trusted %s', async (_what, change, reason) => {
    const { issuer } = deployment.authorizationServer;
    expect(await ask({ iss: change(issuer) })).toBe(reason);
  });

  it.each<[what: string, issuer: unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['an empty string', ''],
    ['an empty array', []],
    ['a hole', [undefined]],
    ['an object', {}],
    ['a number', 5],
    ['a regular expression', /as\.example\.com/],
    ['a regular expression among others', ['https://as.example.com', /x/]],
    ['no URL', 'as.example.com'],
    ['the same twice', ['https://as.example.com', 'https://as.example.com']],
  ])('RFC 7519 §4.1.1 (JWT-08): cannot be configured as %s', (_what, issuer) => {
    expect(() =>
      AudienceAuthModule.forRoot({ issuer, audience: AUDIENCE } as AudienceAuthOptions),
    ).toThrow(/issuer/);
  });
});

describe('time', () => {
  it('RFC 7519 §4.1.4 (JWT-10): a token has expired at the moment that it names', async () => {
    expect(await askExact({ exp: NOW })).toBe('token_expired');
    expect(await askExact({ exp: NOW + 1 })).toBe(LET_IN);
    const token = exact.issue({ exp: NOW + 60 });
    vi.setSystemTime(NOW * 1000 + 59_999);
    expect(await answer(exact.service, token)).toBe(LET_IN);
    vi.setSystemTime(NOW * 1000 + 60_000);
    expect(await answer(exact.service, token)).toBe('token_expired');
  });

  it('RFC 7519 §4.1.4 (JWT-11): clocks may be five seconds apart, unless the service says otherwise', async () => {
    expect(await ask({ exp: NOW - 4 })).toBe(LET_IN);
    expect(await ask({ exp: NOW - 5 })).toBe('token_expired');
    expect(await askExact({ exp: NOW - 1 })).toBe('token_expired');
    const lenient = await deployOnce('express', { clockToleranceSeconds: 300 });
    expect(await ask({ exp: NOW - 299 }, lenient)).toBe(LET_IN);
    expect(await ask({ exp: NOW - 300 }, lenient)).toBe('token_expired');
  });

  it.each([301, -1, NaN, Infinity, '5', null])(
    'RFC 7519 §4.1.4 (JWT-11): they cannot be %s seconds apart',
    (clockToleranceSeconds) => {
      const options = { issuer: 'https://as.example.com', audience: AUDIENCE };
      expect(() =>
        AudienceAuthModule.forRoot({ ...options, clockToleranceSeconds } as AudienceAuthOptions),
      ).toThrow(/clockToleranceSeconds/);
    },
  );

  it('RFC 7519 §4.1.4, RFC 9068 §2.2 (JWT-12): a token has to have an end', async () => {
    expect(await ask({ exp: undefined })).toBe('expiry_missing');
  });

  it.each([`${NOW + 600}`, 'x', '', null, true, false, {}, [], [NOW + 600]])(
    'RFC 7519 §2 (JWT-12): the end is a number, not %j',
    async (exp) => {
      expect(await ask({ exp })).toBe('time_claim_malformed');
    },
  );

  it.each([
    '1e400',
    '-1e400',
    '1e15',
    `${(NOW + 600) * 1000}`,
    '8589934592',
    '-1',
    '0',
    '-0',
    '0.0',
  ])('RFC 7519 §2 (JWT-13): the end is not %s', async (json) => {
    expect(await askJson(withClaim('exp', json))).toBe('time_claim_malformed');
  });

  it('RFC 7519 §2 (JWT-13): the end may be in the year 2242', async () => {
    expect(await askJson(withClaim('exp', '8589934591'))).toBe(LET_IN);
  });

  it('RFC 7519 §2 (JWT-14): times may have fractions', async () => {
    expect(await ask({ exp: NOW + 600.75, nbf: NOW - 0.5, iat: NOW - 1.25 })).toBe(LET_IN);
    expect(await askExact({ exp: NOW + 0.5 })).toBe(LET_IN);
    expect(await askExact({ exp: NOW - 0.5 })).toBe('token_expired');
    expect(await askExact({ nbf: NOW + 0.5 })).toBe('token_not_yet_valid');
    expect(await askJson(withClaim('exp', `${NOW + 600}e0`), exact)).toBe(LET_IN);
  });

  it('RFC 7519 §4.1.5 (JWT-15): a token is not good before it begins', async () => {
    expect(await ask({ nbf: NOW + 3600 })).toBe('token_not_yet_valid');
    expect(await ask({ nbf: NOW + 6 })).toBe('token_not_yet_valid');
    expect(await ask({ nbf: NOW + 5 })).toBe(LET_IN);
    expect(await askExact({ nbf: NOW + 1 })).toBe('token_not_yet_valid');
    expect(await askExact({ nbf: NOW })).toBe(LET_IN);
  });

  it.each(['"x"', `"${NOW}"`, 'null', '1e400', '-1e400', '-1', `${NOW}000`, 'true', '[]', '{}'])(
    'RFC 7519 §4.1.5, §4.1.6 (JWT-15, JWT-16): neither nbf nor iat is %s',
    async (json) => {
      expect(await askJson(withClaim('nbf', json))).toBe('time_claim_malformed');
      expect(await askJson(withClaim('iat', json))).toBe('time_claim_malformed');
      expect(await askJson(withClaim('iat', json), exact)).toBe('time_claim_malformed');
    },
  );

  it('RFC 7519 §4.1.6 (JWT-17): a token from the future or too old is refused as long as age counts', async () => {
    expect(await ask({ iat: NOW + 86_400 })).toBe('token_not_yet_valid');
    expect(await ask({ iat: NOW + 6 })).toBe('token_not_yet_valid');
    expect(await ask({ iat: NOW + 5 })).toBe(LET_IN);
    expect(await ask({ iat: NOW - 86_405 })).toBe(LET_IN);
    expect(await ask({ iat: NOW - 86_406 })).toBe('token_too_old');
    expect(await ask({ iat: undefined })).toBe(LET_IN);
    expect(await askExact({ iat: NOW + 86_400 })).toBe(LET_IN);
    expect(await askExact({ iat: 0 })).toBe(LET_IN);
  });
});
