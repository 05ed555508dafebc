import {
  Body,
  Controller,
  Get,
  Post,
  Req,
  UseGuards,
  UseInterceptors,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
  type PipeTransform,
} from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import {
  AccessTokenRejection,
  AudienceAuthGuard,
  CurrentToken,
  Public,
  type AccessToken,
} from 'nestjs-audience-auth';
import { beforeEach, describe, expect, it } from 'vitest';
import { Connection } from '../support/connection.js';
import { CONTROLLERS, handled } from '../support/controllers.js';
import { deploy, deployOnce } from '../support/deployment.js';
import { expectRejection } from '../support/expect-rejection.js';
import { ADAPTERS, type Application } from '../support/resource-server.js';
import { OTHER_AUDIENCE } from '../support/tokens.js';

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

describe.each(ADAPTERS)('what somebody else has written on the request, on %s', (adapter) => {
  const administrator = {
    subject: 'administrator',
    scopes: new Set(['files:read']),
    hasScope: () => true,
  };
  const impersonate = (request: object, _response: object, next: () => void) => {
    Object.assign(request, { user: administrator, auth: administrator, authInfo: administrator });
    next();
  };

  /** On Fastify, both the request of Node and the one that wraps it. */
  function configure(app: Application): void {
    app.use(impersonate);
    if (adapter !== 'fastify') return;
    const fastify: unknown = app.getHttpAdapter().getInstance();
    (fastify as { addHook(name: string, hook: typeof impersonate): void }).addHook(
      'onRequest',
      impersonate,
    );
  }

  @Controller('who')
  class WhoController {
    @Get()
    who(@CurrentToken() token: AccessToken, @Req() { user }: { user: AccessToken }) {
      return [token.subject, user.subject];
    }
  }

  const deployment = deploy(
    adapter,
    {},
    { controllers: [...CONTROLLERS, WhoController], configure },
  );

  it('lets nobody in', async () => {
    await expectRejection(await deployment.get('/files'), 'token_missing', READ);
    await expectRejection(await deployment.get('/who', 'x'), 'token_malformed');
    expect(handled).toEqual([]);
  });

  it('adds no scope', async () => {
    const token = deployment.issue({ scope: 'other' });
    await expectRejection(await deployment.get('/files', token), 'scope_insufficient', READ);
  });

  it('is overwritten by who it really is', async () => {
    const response = await deployment.get('/who', deployment.issue());
    expect(await response.json()).toEqual(['alice', 'alice']);
  });

  it('is no token on a public route', async () => {
    const response = await deployment.get('/public');
    expect(await response.json()).toEqual({ handler: 'public', token: null, subject: null });
  });
});

describe.each(ADAPTERS)('requests over one connection, on %s', (adapter) => {
  const deployment = deploy(adapter);

  it('each need a token of their own', async () => {
    const url = `${deployment.service.url}/plain`;
    const authorization = `Bearer ${deployment.issue()}`;
    const connection = new Connection();
    expect((await connection.get(url, { authorization })).status).toBe(200);
    await expectRejection(await connection.get(url), 'token_missing');
    expect((await connection.get(url, { authorization })).status).toBe(200);
    expect(connection.sockets.size).toBe(1);
    connection.close();
  });
});
