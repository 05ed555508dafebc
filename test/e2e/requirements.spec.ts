import { Controller, Get } from '@nestjs/common';
import { RequireAnyScope, RequireClient, RequireScopes } from 'nestjs-audience-auth';
import { beforeEach, describe, expect, it } from 'vitest';
import { handled } from '../support/controllers.js';
import { deploy } from '../support/deployment.js';
import { expectClientForbidden, expectRejection } from '../support/expect-rejection.js';
import { ADAPTERS } from '../support/resource-server.js';
import { OTHER_AUDIENCE } from '../support/tokens.js';

beforeEach(() => {
  handled.length = 0;
});

describe.each(ADAPTERS)('what decorators require, on %s', (adapter) => {
  const deployment = deploy(adapter);
  const withScope = (scope: string) => deployment.issue({ scope });

  it('adds up over class and method', async () => {
    const post = { method: 'POST' };
    const both = { scope: 'files:read files:write' };
    for (const scope of ['files:read', 'files:write', '', 'files:readfiles:write']) {
      const response = await deployment.get('/files', withScope(scope), post);
      await expectRejection(response, 'scope_insufficient', both);
    }
    await expectRejection(await deployment.get('/files', undefined, post), 'token_missing', both);
    expect(handled).toEqual([]);
    const response = await deployment.get('/files', withScope('files:write x files:read'), post);
    expect(response.status).toBe(201);
  });

  it('is one of several scopes with RequireAnyScope, beside all others', async () => {
    for (const scope of ['files:read', 'reports:admin', '']) {
      const response = await deployment.get('/files/report', withScope(scope));
      // The first of the alternatives is named, unless the token has another.
      const missing = scope === 'reports:admin' ? 'reports:admin' : 'reports:read';
      await expectRejection(response, 'scope_insufficient', { scope: `files:read ${missing}` });
    }
    for (const scope of ['reports:read', 'reports:admin']) {
      const response = await deployment.get('/files/report', withScope(`files:read ${scope}`));
      expect(response.status).toBe(200);
    }
  });

  it('is one of several clients with RequireClient: 403, without a hint at another token', async () => {
    for (const client of [{}, { client_id: undefined }, { client_id: 'stranger', azp: 'cron' }]) {
      const token = deployment.issue(client);
      await expectClientForbidden(await deployment.get('/files/client', token), { token });
    }
    expect(handled).toEqual([]);
    for (const client of [{ client_id: 'billing' }, { client_id: undefined, azp: 'cron' }]) {
      const response = await deployment.get('/files/client', deployment.issue(client));
      expect(response.status).toBe(200);
    }
  });

  it('is nothing where Public stands on the method, whatever the class says', async () => {
    const bad = deployment.issue({ aud: OTHER_AUDIENCE });
    for (const token of [undefined, bad, 'x']) {
      expect((await deployment.get('/files/health', token)).status).toBe(200);
    }
  });

  it('counts on a method although its class is public', async () => {
    expect((await deployment.get('/open')).status).toBe(200);
    await expectRejection(await deployment.get('/open/admin'), 'token_missing', { scope: 'admin' });
    await expectRejection(
      await deployment.get('/open/admin', withScope('x')),
      'scope_insufficient',
      {
        scope: 'admin',
      },
    );
    expect((await deployment.get('/open/admin', withScope('admin'))).status).toBe(200);
  });

  it('does not let a public route see a token, neither a good nor a bad one', async () => {
    for (const token of [deployment.issue(), deployment.issue({ aud: OTHER_AUDIENCE }), 'a b']) {
      const response = await deployment.get('/public', token);
      expect(response.status).toBe(200);
      expect(await response.json()).toEqual({ handler: 'public', token: null, subject: null });
      expect(response.headers.get('www-authenticate')).toBeNull();
    }
  });

  it('holds under every spelling of the path that reaches the handler', async () => {
    for (const path of ['/files/', '/FILES', '/files?x', '//files', '/%66iles', '/files/.']) {
      const { status: code } = await deployment.get(path);
      expect([401, 404]).toContain(code);
    }
    expect(handled).toEqual([]);
  });
});

describe.each(ADAPTERS)('a scope hierarchy, on %s', (adapter) => {
  const deployment = deploy(adapter, {
    scopeHierarchy: { 'files:admin': ['files:write'], 'files:write': ['files:read'] },
  });

  it('lets a scope stand for those below it, over any number of steps, and for none above', async () => {
    const post = { method: 'POST' };
    for (const [scope, get, create] of [
      ['files:admin', 200, 201],
      ['files:write', 200, 201],
      ['files:read', 200, 403],
      ['files:*', 403, 403],
    ] as const) {
      const token = deployment.issue({ scope });
      expect((await deployment.get('/files', token)).status).toBe(get);
      expect((await deployment.get('/files', token, post)).status).toBe(create);
    }
  });

  it('does not add to what the token says it was granted', async () => {
    const response = await deployment.get('/files', deployment.issue({ scope: 'files:admin' }));
    expect(await response.json()).toMatchObject({ scopes: ['files:admin'] });
  });
});

describe.each(ADAPTERS)('several decorators on one handler, on %s', (adapter) => {
  @Controller('mixed')
  @RequireClient('billing', 'cron')
  @RequireAnyScope('a', 'b')
  class MixedController {
    @Get()
    @RequireScopes('x', 'y')
    @RequireScopes('x', 'z')
    @RequireAnyScope('c', 'd')
    @RequireClient('cron', 'backup')
    read() {
      return handled.push('mixed');
    }
  }

  const deployment = deploy(adapter, {}, { controllers: [MixedController] });
  const ask = (client: string, scope: string) =>
    deployment.get('/mixed', deployment.issue({ client_id: client, scope }));

  it('all hold; the client is looked at first, and every scope is named once', async () => {
    await expectClientForbidden(await ask('billing', ''));
    await expectClientForbidden(await ask('backup', 'x y z a c'));
    for (const scope of ['x y z a', 'x y z c', 'x y a c', 'x z a c', 'y z a c']) {
      const response = await ask('cron', scope);
      expect(response.status).toBe(403);
    }
    await expectRejection(await ask('cron', 'b x'), 'scope_insufficient', { scope: 'x z y b c' });
    expect(handled).toEqual([]);
    expect((await ask('cron', 'x y z b d')).status).toBe(200);
  });

  it('are told in the challenge to whoever comes without a token', async () => {
    const response = await deployment.get('/mixed');
    await expectRejection(response, 'token_missing', { scope: 'x z y a c' });
  });
});
