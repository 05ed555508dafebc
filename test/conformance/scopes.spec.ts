import { Controller, Get } from '@nestjs/common';
import {
  AudienceAuthModule,
  RequireAnyScope,
  RequireScopes,
  type AudienceAuthOptions,
} from 'nestjs-audience-auth';
import { RequireToolScopes } from 'nestjs-audience-auth/mcp';
import { describe, expect, it } from 'vitest';
import { deploy, type Deployment } from '../support/deployment.js';
import { AUDIENCE, now, type Claims } from '../support/tokens.js';
import { answer, LET_IN } from '../support/verdict.js';

@Controller()
class ScopedController {
  @Get('a')
  @RequireScopes('a')
  a() {
    return {};
  }

  @Get('b')
  @RequireScopes('b')
  b() {
    return {};
  }

  @Get('a-and-b')
  @RequireScopes('a', 'b')
  both() {
    return {};
  }

  @Get('a-or-b')
  @RequireAnyScope('a', 'b')
  either() {
    return {};
  }

  @Get('a,b')
  @RequireScopes('a,b')
  comma() {
    return {};
  }

  @Get('read')
  @RequireScopes('files:read')
  read() {
    return {};
  }
}

const setup = { controllers: [ScopedController] };
const usual = deploy('express', {}, setup);
const NONE = { scope: undefined };

/** What the route answers to a token with these claims; its name says what it needs. */
function ask(route: string, claims: Claims, on: Deployment = usual) {
  const scope = { 'a-and-b': 'a b', 'a-or-b': 'a', read: 'files:read' }[route] ?? route;
  return answer(on.service, on.issue({ ...NONE, ...claims }), { path: `/${route}`, scope });
}

describe('scopes', () => {
  it('RFC 6750 §3.1 (SCP-01): a good token without the scope is forbidden, not refused', async () => {
    expect(await ask('a', { scope: 'b' })).toBe('scope_insufficient');
    expect(await ask('a', {})).toBe('scope_insufficient');
    expect(await ask('a', { scope: 'a' })).toBe(LET_IN);
  });

  it.each<[route: string, scope: string, expected: string]>([
    ['a', 'A', 'scope_insufficient'],
    ['a', 'a b', LET_IN],
    ['a', 'b a', LET_IN],
    ['a-and-b', 'a b', LET_IN],
    ['a-and-b', 'b a', LET_IN],
    ['a-and-b', 'c b a d', LET_IN],
    ['a-and-b', 'a', 'scope_insufficient'],
    ['a-and-b', 'a B', 'scope_insufficient'],
    ['a-or-b', 'b', LET_IN],
    ['a-or-b', 'c', 'scope_insufficient'],
    ['a', 'aa', 'scope_insufficient'],
    ['a', '', 'scope_insufficient'],
  ])('RFC 6749 §3.3 (SCP-02): at /%s the scope "%s" is %s', async (route, scope, expected) => {
    expect(await ask(route, { scope })).toBe(expected);
  });

  it.each<[what: string, scope: string, expected: string]>([
    ['spaces in a row', 'b   a', LET_IN],
    ['a space at either end', ' a ', LET_IN],
    ['a comma', 'a,b', 'scope_insufficient'],
    ['a tab', 'a\tb', 'scope_insufficient'],
    ['a line break', 'a\nb', 'scope_insufficient'],
    ['a no-break space', 'a\u00a0b', 'scope_insufficient'],
    ['a semicolon', 'a;b', 'scope_insufficient'],
    ['a plus sign', 'a+b', 'scope_insufficient'],
  ])('RFC 6749 §3.3 (SCP-03): only spaces divide: %s', async (_what, scope, expected) => {
    expect(await ask('a', { scope })).toBe(expected);
  });

  it('RFC 6749 §3.3 (SCP-03): a scope may have a comma in it', async () => {
    expect(await ask('a,b', { scope: 'a,b' })).toBe(LET_IN);
    expect(await ask('a,b', { scope: 'a b' })).toBe('scope_insufficient');
  });

  it.each<[what: string, claims: Claims]>([
    ['scope as a string', { scope: 'a b' }],
    ['scope as an array', { scope: ['a', 'b'] }],
    ['scp as a string', { scp: 'a b' }],
    ['scp as an array', { scp: ['b', 'a'] }],
    ['both, one in each', { scope: 'a', scp: ['b'] }],
    ['both, the other way round', { scope: ['b'], scp: 'a' }],
  ])('RFC 9068 §2.2.3 (SCP-04): as vendors write them: %s', async (_what, claims) => {
    expect(await ask('a-and-b', claims)).toBe(LET_IN);
  });

  it.each<Claims>([
    { scope: ['a b'] },
    { scope: { a: true } },
    { scope: { 0: 'a', length: 1 } },
    { scope: 5 },
    { scope: true },
    { scope: null },
    { scope: [['a']] },
    { scope: [{ a: 1 }, null, 5, true, ''] },
    { scp: { 0: 'a' } },
    { scopes: 'a' },
    { SCOPE: 'a' },
    { scope: '__proto__ constructor' },
  ])('RFC 9068 §2.2.3 (SCP-04): grants nothing: %j', async (claims) => {
    expect(await ask('a', claims)).toBe('scope_insufficient');
  });

  it.each(['files:*', 'files', '*', 'files:', 'files:read:all', 'files:write', 'read'])(
    'RFC 6749 §3.3 (SCP-05): "%s" does not include files:read by itself',
    async (scope) => {
      expect(await ask('read', { scope })).toBe('scope_insufficient');
    },
  );

  it('MCP 2026-07-28 Scope Challenge (SCP-06): all scopes of the operation are in one challenge', async () => {
    // `ask` expects both in the challenge and in the body.
    expect(await ask('a-and-b', { scope: 'a' })).toBe('scope_insufficient');
    expect(await ask('a-and-b', { scope: 'b' })).toBe('scope_insufficient');
    expect(await ask('a-and-b', {})).toBe('scope_insufficient');
  });

  it('RFC 6750 §3.1 (SCP-08): authentication comes first', async () => {
    expect(await ask('a', { scope: 'b', exp: now() - 60 })).toBe('token_expired');
    expect(await ask('a', { scope: 'b', aud: 'https://x.example' })).toBe('audience_mismatch');
    expect(await ask('a', { aud: 'https://x.example', scope: 'a' })).toBe('audience_mismatch');
  });

  it('RFC 9068 §2.2.3.1 (SCP-09): roles, groups and entitlements are no scopes', async () => {
    for (const name of ['roles', 'groups', 'entitlements', 'role']) {
      expect(await ask('a', { [name]: ['a'] })).toBe('scope_insufficient');
    }
  });

  it('RFC 9068 §2.2.3 (SCP-10): permissions are none unless the service says so', async () => {
    expect(await ask('a', { permissions: ['a'] })).toBe('scope_insufficient');
  });
});

describe('scopes as a service defines them', () => {
  const options = {
    scopeClaims: ['scope', 'permissions', 'roles'],
    scopeHierarchy: {
      'files:*': ['files:write'],
      'files:write': ['files:read'],
      admin: ['a', 'files:*'],
    },
  } as const;
  const extended = deploy('express', options, setup);

  it.each<[route: string, claims: Claims, expected: string]>([
    ['a', { permissions: ['a'] }, LET_IN],
    ['a', { roles: ['a'] }, LET_IN],
    ['a-and-b', { permissions: ['a'], scope: 'b' }, LET_IN],
    // What is named takes the place of what is usual.
    ['a', { scp: ['a'] }, 'scope_insufficient'],
    ['a', { groups: ['a'] }, 'scope_insufficient'],
  ])(
    'RFC 9068 §2.2.3 (SCP-09, SCP-10): /%s with %j is %s where other claims hold scopes',
    async (route, claims, expected) => {
      expect(await ask(route, claims, extended)).toBe(expected);
    },
  );

  it.each<[route: string, scope: string, expected: string]>([
    ['read', 'files:write', LET_IN],
    ['read', 'files:*', LET_IN],
    ['read', 'admin', LET_IN],
    ['a', 'admin', LET_IN],
    ['b', 'admin', 'scope_insufficient'],
    ['read', 'a', 'scope_insufficient'],
    ['read', 'files:admin', 'scope_insufficient'],
    ['read', 'Admin', 'scope_insufficient'],
    ['a-or-b', 'admin', LET_IN],
  ])(
    'MCP 2026-07-28 Scope Challenge (SCP-05): /%s with "%s" is %s where there is a hierarchy',
    async (route, scope, expected) => {
      expect(await ask(route, { scope }, extended)).toBe(expected);
    },
  );

  it('RFC 6749 §3.3 (SCP-05): a hierarchy has no circle', () => {
    const scopeHierarchy = { a: ['b'], b: ['c'], c: ['a'] };
    const circular = { issuer: 'https://as.example.com', audience: AUDIENCE, scopeHierarchy };
    expect(() => AudienceAuthModule.forRoot(circular)).toThrow(/scopeHierarchy/);
  });
});

describe('requirements that are none', () => {
  it('MCP 2026-07-28 Refresh Tokens (SCP-07): offline_access is not for resource servers', () => {
    expect(() => RequireScopes('offline_access')).toThrow(/offline_access/);
    expect(() => RequireAnyScope('a', 'offline_access')).toThrow(/offline_access/);
    expect(() => RequireToolScopes({ tool: ['offline_access'] })).toThrow(/offline_access/);
    const resource = { scopesSupported: ['a', 'offline_access'] };
    const options: AudienceAuthOptions = {
      issuer: 'https://as.example.com',
      audience: AUDIENCE,
      resource,
    };
    expect(() => AudienceAuthModule.forRoot(options)).toThrow(/offline_access/);
  });

  it('RFC 6749 §3.3 (SCP-12): to require no scope is a mistake', () => {
    const none = [] as unknown as [string];
    expect(() => RequireScopes(...none)).toThrow(TypeError);
    expect(() => RequireAnyScope(...none)).toThrow(TypeError);
  });
});
