import { AudienceAuthModule, type AudienceAuthOptions } from 'nestjs-audience-auth';
import { beforeEach, describe, expect, it } from 'vitest';
import { GOOD_OPTIONS as GOOD, ISSUER } from '../support/refused-options.js';
import { log } from '../support/log.js';
import { ADAPTERS, ResourceServer } from '../support/resource-server.js';

const forRoot = (options: object) => () => AudienceAuthModule.forRoot({ ...GOOD, ...options });

describe('a name that is no option is refused, with the one that was probably meant', () => {
  it.each([
    ['aud', 'audience'],
    ['audiences', 'audience'],
    ['Audience', 'audience'],
    ['iss', 'issuer'],
    ['issuers', 'issuer'],
    ['isuer', 'issuer'],
    ['jwks_uri', 'jwksUri'],
    ['JWKSURI', 'jwksUri'],
    ['jwks', 'jwksUri'],
    ['algorithm', 'algorithms'],
    ['alg', 'algorithms'],
    ['clockTolerance', 'clockToleranceSeconds'],
    ['maxTokenAge', 'maxTokenAgeSeconds'],
    ['authorisedParties', 'authorizedParties'],
    ['acceptTypes', 'acceptTyp'],
    ['strategy', 'strategyName'],
  ])('%s: %s', (name, meant) => {
    expect(forRoot({ [name]: 'value' })).toThrow(
      `\n  - ${name} is not an option; did you mean ${meant}?`,
    );
  });

  it.each([
    [{ keys: { timeout: 1 } }, 'keys.timeout', 'keys.timeoutMs'],
    [{ keys: { cooldown: 1 } }, 'keys.cooldown', 'keys.cooldownMs'],
    [{ keys: { cache_max_age_ms: 1 } }, 'keys.cache_max_age_ms', 'keys.cacheMaxAgeMs'],
    [{ resource: { scopes: [] } }, 'resource.scopes', 'resource.scopesSupported'],
    [{ resource: { uri: '' } }, 'resource.uri', 'resource.url'],
    [{ issuer: { issuer: ISSUER, aud: '' } }, 'issuer.aud', 'issuer.audience'],
    [{ issuer: [{ issuer: ISSUER, jwksURL: '' }] }, 'issuer.jwksURL', 'issuer.jwksUri'],
  ])('%j', (options, name, meant) => {
    expect(forRoot(options)).toThrow(`\n  - ${name} is not an option; did you mean ${meant}?`);
  });

  it.each(['secretOrKey', 'x', '__proto__', 'constructor', 'toString', ''])(
    '"%s": nothing comes near, so all names are told',
    (name) => {
      const options = Object.assign(JSON.parse(`{${JSON.stringify(name)}: 1}`), GOOD) as object;
      expect(forRoot(options)).toThrow(`\n  - ${name} is not an option.\n`);
      expect(forRoot(options)).toThrow(/\n {2}- the options are issuer, audience, jwksUri, .*\.$/);
    },
  );

  it.each([
    [{ keys: { nonsense: 1 } }, /the options of keys are timeoutMs, cacheMaxAgeMs, .*, fetch\./],
    [{ resource: { nonsense: 1 } }, /the options of resource are url, scopesSupported, /],
    [{ issuer: { issuer: ISSUER, nonsense: 1 } }, /the options of issuer are issuer, jwksUri, /],
  ])('%j: all names of that option are told', (options, names) => {
    expect(forRoot(options)).toThrow(names);
  });

  it.each(['undeclaredRoutes'])('an option that is not built yet does not exist: %s', (name) => {
    expect(forRoot({ [name]: undefined })).toThrow(`\n  - ${name} is not an option`);
  });
});

describe('options that are good are taken', () => {
  it.each<[Partial<AudienceAuthOptions>]>([
    [{ issuer: [ISSUER, `${ISSUER}/`] }],
    [{ issuer: { issuer: ISSUER, jwksUri: 'https://keys.example.com/jwks?version=2' } }],
    [{ issuer: 'https://login.microsoftonline.com/7b1c2a5e-0b60-4f0c-9d0e-6a3c1f6f5a01/v2.0' }],
    [{ issuer: 'https://undefinedcorp.example.com/nullable' }],
    [{ audience: 'https://undefinedcorp.example.com/nullable' }],
    [{ issuer: 'http://localhost:8080/realms/main' }],
    [{ issuer: 'http://auth.localhost' }],
    [{ issuer: 'http://127.0.0.1' }],
    [{ issuer: 'http://127.1.2.3:9000' }],
    [{ issuer: 'http://[::1]:9000' }],
    [{ issuer: 'http://keycloak:8080', allowInsecureHttp: true }],
    [{ audience: ['https://tickets.example.com', 'urn:tickets'] }],
    [{ audience: `${ISSUER}/api` }],
    [{ audience: 'accounts.example' }],
    [{ algorithms: ['RS256'] }],
    [{ acceptTyp: [] }],
    [{ clockToleranceSeconds: 0 }],
    [{ clockToleranceSeconds: 300 }],
    [{ maxTokenAgeSeconds: false }],
    [{ coAudiences: [] }],
    [{ scopeHierarchy: {} }],
    [{ scopeHierarchy: { a: ['b', 'c'], b: ['d'], c: ['d'], d: [] } }],
    [{ resource: false }],
    [{ resource: {} }],
    [{ resource: { url: 'http://localhost:3000/mcp', scopesSupported: [] } }],
    [{ realm: "Tickets (v1), 'public'" }],
    [{ keys: {} }],
    [{ verifiedTokenCache: {} }],
    [{ verifiedTokenCache: { maxEntries: 1 } }],
    [{ verifiedTokenCache: false }],
    [{ keys: { cooldownMs: 0, staleMaxAgeMs: 0 } }],
  ])('%j', (options) => {
    expect(forRoot(options)).not.toThrow();
  });
});

describe.each(ADAPTERS)(
  'what works and is probably a mistake is warned of at every boot, on %s',
  (adapter) => {
    const warnings = () => log.filter((line) => line.startsWith('warn '));

    beforeEach(() => {
      log.length = 0;
    });

    it.each<[Partial<AudienceAuthOptions>, RegExp]>([
      [{ audience: 'api' }, /audience is so general .* prefer the URL of this service/],
      [{ audience: ['https://tickets.example.com', 'tickets'] }, /audience is so general/],
      [{ issuer: { issuer: ISSUER, audience: 'api' } }, /issuer\.audience is so general/],
      [
        { audience: ['https://a.example/mcp', 'https://b.example/mcp'] },
        /differ in their host only/,
      ],
      [{ audience: 'api://default' }, /audience is so general/],
      [{ audience: 'https://a.example,https://b.example' }, /contains a comma; several audiences/],
      [{ allowInsecureHttp: true }, /allowInsecureHttp is on: .* Not for production/],
    ])('%j', async (options, warning) => {
      const start = () =>
        ResourceServer.start(adapter, { ...GOOD, ...options, keys: { fetch: unreachable } });
      for (const times of [1, 2]) {
        await (await start()).stop();
        expect(warnings()).toEqual(
          Array.from({ length: times }, () => expect.stringMatching(warning) as unknown),
        );
      }
    });

    it.each<[Partial<AudienceAuthOptions>]>([
      [{}],
      [{ audience: '7B1C2A5E-0b60-4f0c-9d0e-6a3c1f6f5a01' }],
      [{ audience: 'api://tickets' }],
      [{ audience: 'tickets.example' }],
      [{ audience: 'urn:tickets' }],
    ])('but not %j', async (options) => {
      await (
        await ResourceServer.start(adapter, { ...GOOD, ...options, keys: { fetch: unreachable } })
      ).stop();
      expect(warnings()).toEqual([]);
    });
  },
);

/** Keeps the boot from asking for keys that are nowhere. */
const unreachable: typeof globalThis.fetch = () => new Promise(() => undefined);
