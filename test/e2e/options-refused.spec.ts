import { AudienceAuthModule, type AudienceAuthOptions } from 'nestjs-audience-auth';
import { describe, expect, it } from 'vitest';
import { GOOD_OPTIONS, itRefuses, problems, type Refusals } from '../support/refused-options.js';
import { ResourceServer } from '../support/resource-server.js';

const { audience: AUDIENCE } = GOOD_OPTIONS;

/** Wrong options, beside good ones, and what is said of them. */
const REFUSED: Refusals = {
  algorithms: [
    [{ algorithms: [] }, /^algorithms\b.* is an empty array\. Give an array of RS256, /],
    [{ algorithms: 'RS256' }, /^algorithms\b.* is a string\. Give/],
    [{ algorithms: null }, /^algorithms\b.* is null\. Give/],
    [
      { algorithms: ['HS256'] },
      /^algorithms\b.* contains HS256\. Only asymmetric .* shared secret/,
    ],
    [{ algorithms: ['RS256', 'none', 'HS512'] }, /^algorithms\b.* contains none, HS512\./],
    [{ algorithms: ['rs256'] }, /^algorithms\b.* contains rs256/],
    [{ algorithms: ['ES256K'] }, /^algorithms\b.* contains ES256K/],
    [{ algorithms: [{ alg: 'RS256' }] }, /^algorithms\b.* contains an object/],
    [{ algorithms: ['RS256 or a secret'] }, /^algorithms\b.* contains a string/],
    [{ algorithms: Object.assign(['RS256'], { length: 2 }) }, /^algorithms\b.* contains undefined/],
    [{ algorithms: [undefined] }, /^algorithms\b.* contains undefined/],
  ],
  tokenProfile: [
    [{ tokenProfile: 'strict' }, /^tokenProfile\b.* is .* not known; give 'auto' or 'rfc9068'/],
    [{ tokenProfile: null }, /^tokenProfile\b.* is null/],
  ],
  verifiedTokenCache: [
    [{ verifiedTokenCache: true }, /^verifiedTokenCache\b.* is a boolean; give \{ maxEntries \}/],
    [{ verifiedTokenCache: 100 }, /^verifiedTokenCache\b.* is a number; .* false for no cache/],
    [{ verifiedTokenCache: null }, /^verifiedTokenCache\b.* is null;/],
    [{ verifiedTokenCache: { maxEntries: 0 } }, /^verifiedTokenCache\.maxEntries is 0; give/],
    [{ verifiedTokenCache: { maxEntries: 1.5 } }, /^verifiedTokenCache\.maxEntries .* whole/],
    [{ verifiedTokenCache: { max: 5 } }, /^verifiedTokenCache\.max is not an option; did you mean/],
  ],
  acceptTyp: [
    [{ acceptTyp: 'jwt' }, /^acceptTyp\b.* is a string; give an array of strings/],
    [{ acceptTyp: [''] }, /^acceptTyp\b.* is an array; .* none of them blank/],
    [{ acceptTyp: [5] }, /^acceptTyp\b.* is an array/],
    [{ acceptTyp: ['jwt'] }, /^acceptTyp\b.* contains jwt, .* tokens of other kinds; remove/],
    [
      { acceptTyp: ['application/JWT', 'x', 'Logout+JWT'] },
      /^acceptTyp\b.* contains jwt, logout\+jwt/,
    ],
    [{ acceptTyp: ['dpop+jwt'] }, /^acceptTyp\b.* contains dpop\+jwt/],
    [{ acceptTyp: Object.assign(['x'], { length: 2 }) }, /^acceptTyp\b.* is an array/],
    [{ acceptTyp: null }, /^acceptTyp\b.* is null/],
  ],
  clockToleranceSeconds: [
    ...[-1, 301, NaN, Infinity].map(
      (value) =>
        [
          { clockToleranceSeconds: value },
          new RegExp(`^clockToleranceSeconds\\b.* is ${value}; give a number from 0 to 300`),
        ] as const,
    ),
    [{ clockToleranceSeconds: '5' }, /^clockToleranceSeconds\b.* is a string; give/],
    [{ clockToleranceSeconds: null }, /^clockToleranceSeconds\b.* is null; give/],
  ],
  maxTokenAgeSeconds: [
    [{ maxTokenAgeSeconds: 0 }, /^maxTokenAgeSeconds\b.* is 0; give a number of at least 1/],
    [{ maxTokenAgeSeconds: Infinity }, /^maxTokenAgeSeconds\b.* is Infinity/],
    [{ maxTokenAgeSeconds: true }, /^maxTokenAgeSeconds\b.* is a boolean/],
    [{ maxTokenAgeSeconds: null }, /^maxTokenAgeSeconds\b.* is null/],
  ],
  coAudiences: [
    [{ coAudiences: 'none' }, /^coAudiences\b.* is a string .*give 'any'/],
    [{ coAudiences: [5] }, /^coAudiences\b.* is an array; give an array of strings/],
    [{ coAudiences: null }, /^coAudiences\b.* is null/],
  ],
  authorizedParties: [
    [{ authorizedParties: [] }, /^authorizedParties\b.* is an empty array; name at least one/],
    [{ authorizedParties: 'cli' }, /^authorizedParties\b.* is a string/],
    [{ authorizedParties: [' '] }, /^authorizedParties\b.* is an array; .* none of them blank/],
    [{ authorizedParties: null }, /^authorizedParties\b.* is null/],
  ],
  scopeClaims: [
    [{ scopeClaims: [] }, /^scopeClaims\b.* is an empty array/],
    [{ scopeClaims: 'scope' }, /^scopeClaims\b.* is a string/],
    [{ scopeClaims: null }, /^scopeClaims\b.* is null/],
  ],
  scopeHierarchy: [
    [{ scopeHierarchy: 'a > b' }, /^scopeHierarchy\b.* is a string .* give an object of arrays/],
    [{ scopeHierarchy: null }, /^scopeHierarchy\b.* is null/],
    [{ scopeHierarchy: [['a']] }, /^scopeHierarchy\b.* is an array/],
    [{ scopeHierarchy: new Map([['a', ['b']]]) }, /^scopeHierarchy\b.* is an object/],
    [{ scopeHierarchy: { a: 'b' } }, /^scopeHierarchy\b.* is an object of another form/],
    [{ scopeHierarchy: { a: [5] } }, /^scopeHierarchy\b.* is an object of another form/],
    [{ scopeHierarchy: { a: ['a'] } }, /^scopeHierarchy\b.* goes round in a circle at a; remove/],
    [
      { scopeHierarchy: { a: ['b'], b: ['c'], c: ['a'], d: ['a'] } },
      /^scopeHierarchy\b.* goes round in a circle at a, b, c; remove/,
    ],
  ],
  maxTokenBytes: [
    [{ maxTokenBytes: 0 }, /^maxTokenBytes\b.* is 0; give a number from 1 /],
    [{ maxTokenBytes: '16k' }, /^maxTokenBytes\b.* is a string/],
    [{ maxTokenBytes: Infinity }, /^maxTokenBytes\b.* is Infinity/],
    [{ maxTokenBytes: 1.5 }, /^maxTokenBytes\b.* is 1\.5; give a whole number/],
  ],
  resource: [
    [{ resource: null }, /^resource\b.* is null; give an object .*, or false/],
    [{ resource: true }, /^resource\b.* is a boolean; give/],
    [{ resource: AUDIENCE }, /^resource\b.* is a string; give/],
    [{ resource: [] }, /^resource\b.* is an empty array; give/],
    [{ resource: { url: '' } }, /^resource\.url\b.* is an empty string; give an https URL/],
    [{ resource: { url: '/mcp' } }, /^resource\.url\b.* is not a URL/],
    [{ resource: { url: 5 } }, /^resource\.url\b.* is a number/],
    [{ resource: { url: null } }, /^resource\.url\b.* is null/],
    [{ resource: { url: 'http://tickets.example.com' } }, /^resource\.url\b.* is not https/],
    [
      { resource: { url: 'https://user:secret@h.example' } },
      /^resource\.url\b.* contains a user name/,
    ],
    [{ resource: { url: `${AUDIENCE}/a*` } }, /^resource\.url .* asterisks/],
    [{ resource: { url: `${AUDIENCE}/a%2a` } }, /^resource\.url .* encoded/],
    [{ resource: { url: `${AUDIENCE}/a%` } }, /^resource\.url .* encoded/],
    [{ resource: { url: `${AUDIENCE}#f` } }, /^resource\.url\b.* has a fragment/],
    [{ resource: { url: `${AUDIENCE}/"x"` } }, /^resource\.url .* quotes/],
    [{ resource: { url: `${AUDIENCE}\\x` } }, /^resource\.url .* backslashes/],
    [{ resource: { url: `${AUDIENCE}/a b` } }, /^resource\.url .* white space/],
    ...['name', 'documentation', 'policy', 'termsOfService'].flatMap((name) => [
      [
        { resource: { [name]: 5 } },
        new RegExp(`^resource\\.${name}\\b.* is a number; give`),
      ] as const,
      [
        { resource: { [name]: null } },
        new RegExp(`^resource\\.${name}\\b.* is null; give`),
      ] as const,
    ]),
    [{ resource: { scopesSupported: 'a b' } }, /^resource\.scopesSupported\b.* is a string; give/],
    [{ resource: { scopesSupported: [5] } }, /^resource\.scopesSupported\b.* is an array; give/],
    [{ resource: { scopesSupported: ['offline_access'] } }, /^resource\..* offline_access.*remove/],
  ],
  realm: ['', 5, null, Object.create(null) as unknown, 'a"b', 'a\\b', 'é', 'a\nb', 'scope=x'].map(
    (realm) => [{ realm }, /^realm\b.* is .* cannot stand in a header; give printable ASCII/],
  ),
  keys: [
    [{ keys: null }, /^keys\b.* is null; give an object/],
    [{ keys: 'jwks' }, /^keys\b.* is a string; give/],
    [{ keys: [] }, /^keys\b.* is an empty array; give/],
    ...['timeoutMs', 'cacheMaxAgeMs', 'maxResponseBytes', 'maxKeys'].map(
      (name) =>
        [
          { keys: { [name]: 0 } },
          new RegExp(`^keys\\.${name}\\b.* is 0; give a number from 1 `),
        ] as const,
    ),
    ...['cooldownMs', 'staleMaxAgeMs'].map(
      (name) =>
        [
          { keys: { [name]: -1 } },
          new RegExp(`^keys\\.${name}\\b.* is -1; give a number from 0 `),
        ] as const,
    ),
    [{ keys: { timeoutMs: 0.5 } }, /^keys\.timeoutMs\b.* is 0\.5; give/],
    [{ keys: { timeoutMs: 2 ** 31 } }, /^keys\.timeoutMs\b.* is 2147483648; give/],
    [{ keys: new Map() }, /^keys\b.* is an object .*; give/],
    [{ keys: { timeoutMs: '5s' } }, /^keys\.timeoutMs\b.* is a string; give/],
    [{ keys: { fetch: 'undici' } }, /^keys\.fetch\b.* is a string; give a function/],
    [{ keys: { fetch: null } }, /^keys\.fetch\b.* is null; give a function/],
  ],
  strategyName: ['', ' ', 5, null].map((strategyName) => [
    { strategyName },
    /^strategyName\b.* is .*; give a string that is not blank/,
  ]),
  boundTokens: [
    [{ boundTokens: 'accept' }, /^boundTokens\b.* is .* not known; give 'refuse'/],
    [{ boundTokens: null }, /^boundTokens\b.* is null/],
  ],
  onRejection: [
    [{ onRejection: 'log' }, /^onRejection is a string; give a function, or leave it out/],
    [{ onRejection: null }, /^onRejection is null; give a function/],
    [{ onRejection: {} }, /^onRejection is an object.*; give a function/],
    [{ onRejection: [() => undefined] }, /^onRejection is an array; give a function/],
    [{ onRejection: true }, /^onRejection is a boolean; give a function/],
  ],
  ...Object.fromEntries(
    ['allowInsecureHttp', 'global', 'exposeRawToken'].map((name) => [
      name,
      ['true', null, 1].map(
        (value) =>
          [{ [name]: value }, new RegExp(`^${name}\\b.* is .*; give true or false`)] as const,
      ),
    ]),
  ),
};

describe('options that are wrong are refused, with the remedy', () => {
  itRefuses(REFUSED);

  it('all at once', () => {
    const wrong = {
      issuer: 'auth.example.com',
      audience: '',
      algorithms: ['HS256'],
      clockToleranceSeconds: 1000,
      keys: { timeoutMs: 0, maxKeys: 0 },
      realm: '"',
      maxTokenAge: 60,
    };
    expect(problems(wrong).map((line) => line.split(' ')[0])).toEqual([
      'maxTokenAge',
      'issuer',
      'audience',
      'algorithms',
      'clockToleranceSeconds',
      'keys.timeoutMs',
      'keys.maxKeys',
      'realm',
    ]);
  });

  it.each([undefined, null, 'https://auth.example.com', 5])(
    'not only parts of it: %j',
    (options) => {
      expect(problems(options)).toEqual([
        'the options are missing. Give at least issuer and audience.',
      ]);
    },
  );

  const notStrings = ['issuer', 'jwksUri', ...Object.keys(REFUSED)].filter(
    (name) => !['realm', 'strategyName'].includes(name),
  );

  it.each(notStrings)('without showing a value that may be a secret: %s', (name) => {
    const [problem, ...others] = problems({ ...GOOD_OPTIONS, [name]: 's3cret-value' });
    expect(problem).toMatch(new RegExp(`^${name}\\b.* is `));
    expect(problem).not.toContain('s3cret');
    expect(others).toEqual([]);
  });

  it('at boot, where they come from a factory', async () => {
    const imports = [
      AudienceAuthModule.forRootAsync({
        useFactory: () => ({ issuer: 'x', audience: '', aud: 1 }) as AudienceAuthOptions,
      }),
    ];
    await expect(ResourceServer.startWith('express', { imports })).rejects.toThrow(
      /cannot be set up:\n {2}- aud is not.*\n {2}- issuer is not.*\n {2}- audience is an empty/,
    );
  });
});
