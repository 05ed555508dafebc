import {
  All,
  Body,
  Catch,
  Controller,
  Get,
  Injectable,
  Post,
  Req,
  UseGuards,
  UseInterceptors,
  type ArgumentsHost,
  type CallHandler,
  type ExceptionFilter,
  type ExecutionContext,
  type HttpException,
  type NestInterceptor,
  type PipeTransform,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { AuthGuard } from '@nestjs/passport';
import {
  AccessTokenRejection,
  AudienceAuthGuard,
  AudienceAuthModule,
  CurrentToken,
  Public,
  RequireClient,
  RequireScopes,
  type AccessToken,
} from 'nestjs-audience-auth';
import { beforeEach, describe, expect, it } from 'vitest';
import { status } from '../support/answers.js';
import { AuthorizationServer, JWKS } from '../support/authorization-server.js';
import { CONTROLLERS, handled } from '../support/controllers.js';
import { deploy, deployOnce } from '../support/deployment.js';
import {
  expectChallenge,
  expectClientForbidden,
  expectRejection,
} from '../support/expect-rejection.js';
import { ADAPTERS, ResourceServer } from '../support/resource-server.js';
import { AUDIENCE, OTHER_AUDIENCE } from '../support/tokens.js';

beforeEach(() => {
  handled.length = 0;
});

const READ = { scope: 'files:read' };

describe.each(ADAPTERS)('what runs after the guard, on %s', (adapter) => {
  const interceptor: NestInterceptor = {
    intercept: (_context: ExecutionContext, next: CallHandler) => {
      handled.push('interceptor');
      return next.handle();
    },
  };
  const pipe: PipeTransform = {
    transform: (value: unknown) => {
      handled.push('pipe');
      return value;
    },
  };

  @Controller('orders')
  class OrdersController {
    @Post()
    @UseInterceptors(interceptor)
    create(@Body(pipe) body: unknown) {
      handled.push('handler');
      return body;
    }
  }

  const deployment = deploy(
    adapter,
    {},
    {
      controllers: [OrdersController],
      configure: (app) => app.useGlobalInterceptors(interceptor).useGlobalPipes(pipe),
    },
  );
  const post = (token?: string) =>
    deployment.get('/orders', token, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"item":1}',
    });

  it('runs for a good token', async () => {
    const response = await post(deployment.issue());
    expect(response.status).toBe(201);
    expect(handled).toEqual(['interceptor', 'interceptor', 'pipe', 'pipe', 'handler']);
  });

  it("does not run for another service's token, nor for none", async () => {
    const token = deployment.issue({ aud: OTHER_AUDIENCE });
    await expectRejection(await post(token), 'audience_mismatch', { token });
    await expectRejection(await post(), 'token_missing');
    expect(handled).toEqual([]);
  });
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

describe.each(ADAPTERS)('requirements of a base class, on %s', (adapter) => {
  @RequireScopes('base')
  class BaseController {
    @Get()
    read() {
      return 'read';
    }
  }

  @Controller('derived')
  @RequireScopes('derived')
  class DerivedController extends BaseController {}

  @Controller('plainly-derived')
  class PlainlyDerivedController extends BaseController {}

  const deployment = deploy(
    adapter,
    { global: false },
    { controllers: [DerivedController, PlainlyDerivedController] },
  );

  it('hold for those that extend it, together with their own', async () => {
    const token = deployment.issue({ scope: 'derived' });
    await expectRejection(await deployment.get('/derived', token), 'scope_insufficient', {
      scope: 'base derived',
    });
    await expectRejection(await deployment.get('/plainly-derived', token), 'scope_insufficient', {
      scope: 'base',
    });
  });
});

describe.each(ADAPTERS)('a guard that is not global, on %s', (adapter) => {
  @Controller('internal')
  @UseGuards(AudienceAuthGuard)
  class InternalController {
    @Get()
    read(@CurrentToken() token: AccessToken) {
      return { subject: token.subject };
    }

    @Get('open')
    @Public()
    open() {
      return 'open';
    }
  }

  const deployment = deploy(
    adapter,
    { global: false },
    { controllers: [...CONTROLLERS, InternalController] },
  );

  it('leaves routes without a requirement open, and shows them no token', async () => {
    const response = await deployment.get('/plain', deployment.issue());
    expect(await response.json()).toEqual({ handler: 'plain' });
  });

  it('is brought by every decorator that requires something', async () => {
    await expectRejection(await deployment.get('/files'), 'token_missing', READ);
    await expectRejection(await deployment.get('/events'), 'token_missing', READ);
    await expectRejection(await deployment.get('/open/admin'), 'token_missing', { scope: 'admin' });
    expect((await deployment.get('/files', deployment.issue())).status).toBe(200);
  });

  it('can be put on a controller by itself', async () => {
    await expectRejection(await deployment.get('/internal'), 'token_missing');
    const response = await deployment.get('/internal', deployment.issue());
    expect(await response.json()).toEqual({ subject: 'alice' });
    expect((await deployment.get('/internal/open')).status).toBe(200);
  });
});

describe.each(ADAPTERS)("an application's own catch-all exception filter, on %s", (adapter) => {
  @Catch()
  @Injectable()
  class EverythingFilter implements ExceptionFilter {
    constructor(private readonly host: HttpAdapterHost) {}

    catch(exception: HttpException, context: ArgumentsHost) {
      const response: unknown = context.switchToHttp().getResponse();
      this.host.httpAdapter.reply(response, { mine: true }, exception.getStatus());
    }
  }

  it('keeps the headers of a refusal and of an outage', async () => {
    const deployment = await deployOnce(
      adapter,
      {},
      { configure: (app) => app.useGlobalFilters(new EverythingFilter(app.get(HttpAdapterHost))) },
      (server) => server.fail(JWKS, status(500)),
    );
    const refused = await deployment.get('/files');
    expect(refused.status).toBe(401);
    expect(await refused.json()).toEqual({ mine: true });
    expectChallenge(refused, READ);

    const outage = await deployment.get('/files', deployment.issue());
    expect(outage.status).toBe(503);
    expect(outage.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(outage.headers.get('www-authenticate')).toBeNull();
  });
});

describe.each(ADAPTERS)('HEAD, server-sent events and streams, on %s', (adapter) => {
  const deployment = deploy(adapter);

  it.each([
    ['/files', 'HEAD', '{"handler":"read","scopes":["files:read"]}'],
    ['/events', 'GET', 'data: first'],
    ['/stream', 'GET', 'streamed'],
  ])('%s by %s: answer to a good token', async (path, method, text) => {
    const response = await deployment.get(path, deployment.issue(), { method });
    expect(response.status).toBe(200);
    const body = await response.text();
    if (method === 'HEAD') expect(body).toBe('');
    else expect(body).toContain(text);
  });

  it.each([
    ['/files', 'HEAD'],
    ['/events', 'GET'],
    ['/stream', 'GET'],
    ['/stream', 'HEAD'],
  ])('%s by %s: refuse before the first byte', async (path, method) => {
    const other = deployment.issue({ aud: OTHER_AUDIENCE });
    const response = await deployment.get(path, other, { method });
    expect(response.status).toBe(401);
    expectChallenge(response, {
      ...READ,
      error: 'invalid_token',
      description: 'The access token is not intended for this resource',
    });
    if (method === 'GET') await expectRejection(response, 'audience_mismatch', READ);
    else expect(await response.text()).toBe('');
    expect(handled).toEqual([]);
  });
});

describe.each(ADAPTERS)('a CORS preflight, on %s', (adapter) => {
  @Controller('any')
  class AnyController {
    @All()
    any() {
      handled.push('any');
      return 'any';
    }
  }

  const setup = { controllers: [AnyController] };
  const without = deploy(adapter, {}, setup);
  const withCors = deploy(
    adapter,
    {},
    {
      ...setup,
      configure: (app) =>
        app.enableCors({ origin: 'https://web.example', exposedHeaders: ['WWW-Authenticate'] }),
    },
  );
  const preflight = {
    method: 'OPTIONS',
    headers: { origin: 'https://web.example', 'access-control-request-method': 'POST' },
  };

  it('Fetch §3.3.5 (BRR-18): is not challenged, and no handler sees it', async () => {
    const response = await without.get('/any', undefined, preflight);
    expect(response.status).toBe(204);
    expect(response.headers.get('www-authenticate')).toBeNull();
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
    expect(handled).toEqual([]);
  });

  it('is answered by the CORS middleware of the application where there is one', async () => {
    const response = await withCors.get('/any', undefined, preflight);
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-origin')).toBe('https://web.example');
    expect(handled).toEqual([]);
  });

  it('is nothing else: an OPTIONS request by itself is guarded', async () => {
    for (const headers of [{}, { origin: 'https://web.example' }]) {
      const response = await without.get('/any', undefined, { method: 'OPTIONS', headers });
      await expectRejection(response, 'token_missing');
    }
    expect(handled).toEqual([]);
  });

  it('RFC 9449 §7.1 (BRR-19): exposes the challenge to pages of other origins', async () => {
    const response = await withCors.get('/any', undefined, {
      headers: { origin: 'https://web.example' },
    });
    await expectRejection(response, 'token_missing');
    expect(response.headers.get('access-control-expose-headers')).toBe('WWW-Authenticate');
    expect(response.headers.get('access-control-allow-origin')).toBe('https://web.example');
  });
});

describe.each(ADAPTERS)(
  'AuthGuard of @nestjs/passport with the name of the strategy, on %s',
  (adapter) => {
    const strategyName = `by-name-on-${adapter}`;

    @Controller('passport')
    class PassportController {
      @Get()
      @UseGuards(AuthGuard(strategyName))
      read(@Req() request: { user: AccessToken }) {
        return { subject: request.user.subject };
      }
    }

    const settings = [
      adapter,
      { strategyName, global: false },
      { controllers: [PassportController] },
    ] as const;
    const deployment = deploy(...settings);

    it('lets a good token in', async () => {
      const response = await deployment.get('/passport', deployment.issue());
      expect(response.status).toBe(200);
      expect(await response.json()).toEqual({ subject: 'alice' });
    });

    it('answers a plain 401 to all others', async () => {
      const other = deployment.issue({ aud: OTHER_AUDIENCE });
      for (const token of [undefined, 'x', 'a b', other]) {
        const response = await deployment.get('/passport', token);
        expect(response.status).toBe(401);
        expect(await response.json()).toEqual({ statusCode: 401, message: 'Unauthorized' });
      }
    });

    it('answers 503 where nobody can say', async () => {
      deployment.authorizationServer.fail(JWKS, status(500));
      const token = deployment.issue({}, { kid: 'unheard-of' });
      // The boot has fetched the keys; that was less than a cooldown ago.
      expect((await deployment.get('/passport', token)).status).toBe(401);
      await deployment.service.stop();
      await deployment.start(...settings);
      expect((await deployment.get('/passport', token)).status).toBe(503);
    });
  },
);

describe('what the guard does not know how to read', () => {
  it.each(['rpc', 'ws', 'graphql'])('is refused: a context of %s', async (type) => {
    const { service } = await deployOnce('express');
    class Gateway {
      handle(this: void) {}
    }
    const context = new ExecutionContextHost([{}, {}], Gateway, new Gateway().handle);
    context.setType(type);
    const guard = service.app.get(AudienceAuthGuard);
    expect(() => guard.canActivate(context)).toThrow(AccessTokenRejection);
    expect(() => guard.canActivate(context)).toThrow('An access token is required');
  });
});

describe.each(ADAPTERS)('what the guard has found out about a request, on %s', (adapter) => {
  @Controller('me')
  class MeController {
    @Get()
    @UseInterceptors({
      intercept: (context: ExecutionContext, next: CallHandler) => {
        const request = context.switchToHttp().getRequest<{ user: unknown }>();
        handled.push(`user is ${(request.user as AccessToken).subject}`);
        request.user = { subject: 'somebody else' };
        return next.handle();
      },
    })
    me(@CurrentToken() token: AccessToken) {
      return { subject: token.subject };
    }
  }

  const deployment = deploy(adapter, {}, { controllers: [MeController] });

  it('is on request.user for others, but nothing that is written there is believed', async () => {
    const response = await deployment.get('/me', deployment.issue());
    expect(handled).toEqual(['user is alice']);
    expect(await response.json()).toEqual({ subject: 'alice' });
  });
});

describe('contradictions are found at boot', () => {
  it('two global guards in one application', async () => {
    const server = await AuthorizationServer.start();
    const forRoot = (audience: string, global?: false) =>
      AudienceAuthModule.forRoot({
        issuer: server.issuer,
        audience,
        ...(global === false && { global }),
      });
    const two = [forRoot(AUDIENCE), forRoot(OTHER_AUDIENCE)];
    await expect(ResourceServer.startWith('express', { imports: two })).rejects.toThrow(
      /forRoot is imported more than once/,
    );
    const one = [forRoot(AUDIENCE), forRoot(OTHER_AUDIENCE, false)];
    const service = await ResourceServer.startWith('express', { imports: one });
    expect((await service.request('/plain', { token: server.issue() })).status).toBe(200);
    await service.stop();
    await server.stop();
  });

  it.each<[string, () => unknown]>([
    [
      'Public above a requirement on a method',
      () => {
        class Contradiction {
          @Public()
          @RequireScopes('a')
          method() {}
        }
        return Contradiction;
      },
    ],
    [
      'Public below a requirement on a method',
      () => {
        class Contradiction {
          @RequireClient('a')
          @Public()
          method() {}
        }
        return Contradiction;
      },
    ],
    [
      'Public and a requirement on a class',
      () => {
        @Public()
        @RequireScopes('a')
        class Contradiction {}
        return Contradiction;
      },
    ],
  ])('%s', (_name, declare) => {
    expect(declare).toThrow(/@Public\(\) and a requirement .* contradict each other/);
  });

  it.each<[string, () => unknown]>([
    ['RequireScopes without a scope', () => (RequireScopes as () => unknown)()],
    ['RequireScopes of what is no string', () => (RequireScopes as (scope: number) => unknown)(5)],
    [
      'RequireScopes of undefined',
      () => (RequireScopes as (scope: undefined) => unknown)(undefined),
    ],
    ['RequireClient without a client', () => (RequireClient as () => unknown)()],
    ['RequireClient of an empty one', () => RequireClient('fine', '')],
  ])('(SCP-12) %s', (_name, declare) => {
    expect(declare).toThrow(TypeError);
  });

  it('OAuth 2.1 §1.3.2 (SCP-07): a scope that only asks for a refresh token', () => {
    expect(() => RequireScopes('offline_access')).toThrow(/offline_access .* remove it/);
  });

  it('a decorator where it does nothing', () => {
    expect(() => {
      class Controller {
        @(RequireScopes('a') as PropertyDecorator)
        property: unknown;
      }
      return Controller;
    }).toThrow(/Only controllers and methods can be decorated, not property/);
  });
});
