import {
  All,
  Catch,
  Controller,
  Injectable,
  type ArgumentsHost,
  type ExceptionFilter,
  type HttpException,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { AccessTokenRejection, SigningKeysUnavailable } from 'nestjs-audience-auth';
import { beforeEach, describe, expect, it } from 'vitest';
import { status } from '../support/answers.js';
import { JWKS } from '../support/authorization-server.js';
import { handled } from '../support/controllers.js';
import { deploy, deployOnce } from '../support/deployment.js';
import {
  expectChallenge,
  expectRejection,
  expectUnavailable,
} from '../support/expect-rejection.js';
import { ADAPTERS } from '../support/resource-server.js';
import { OTHER_AUDIENCE } from '../support/tokens.js';

beforeEach(() => {
  handled.length = 0;
});

const READ = { scope: 'files:read' };

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

    const malformed = await deployment.get('/files', 'a b');
    expect(malformed.status).toBe(400);
    expectChallenge(malformed, {
      error: 'invalid_request',
      description: 'The Authorization header is malformed',
    });

    const outage = await deployment.get('/files', deployment.issue());
    expect(outage.status).toBe(503);
    expect(await outage.json()).toEqual({ mine: true });
    expect(outage.headers.get('retry-after')).toMatch(/^[1-5]$/);
    expect(outage.headers.get('cache-control')).toBe('no-store');
    expect(outage.headers.get('www-authenticate')).toBeNull();
  });

  it('keeps the headers of a missing scope', async () => {
    const deployment = await deployOnce(
      adapter,
      {},
      { configure: (app) => app.useGlobalFilters(new EverythingFilter(app.get(HttpAdapterHost))) },
    );
    const response = await deployment.get('/files', deployment.issue({ scope: 'other' }));
    expect(response.status).toBe(403);
    expectChallenge(response, {
      ...READ,
      error: 'insufficient_scope',
      description: 'A required scope is missing',
    });
  });
});

describe.each(ADAPTERS)(
  'an exception filter for the exceptions of this library, on %s',
  (adapter) => {
    const caught: unknown[] = [];

    /** Takes note and answers what the exception says, as Nest does. */
    @Catch(AccessTokenRejection, SigningKeysUnavailable)
    class NotingFilter implements ExceptionFilter<HttpException> {
      constructor(private readonly adapterHost: HttpAdapterHost) {}

      catch(exception: HttpException, host: ArgumentsHost) {
        const { message, cause } = exception;
        const { reason, requiredScopes } = exception as Partial<AccessTokenRejection>;
        const { issuer, retryAfterSeconds } = exception as Partial<SigningKeysUnavailable>;
        caught.push(
          exception instanceof AccessTokenRejection
            ? { reason, status: exception.getStatus(), message, requiredScopes }
            : { issuer, status: exception.getStatus(), retryAfterSeconds, cause },
        );
        const response: unknown = host.switchToHttp().getResponse();
        const { httpAdapter } = this.adapterHost;
        httpAdapter.reply(response, exception.getResponse(), exception.getStatus());
      }
    }

    beforeEach(() => {
      caught.length = 0;
    });

    const start = (prepare?: Parameters<typeof deployOnce>[3]) =>
      deployOnce(
        adapter,
        {},
        {
          configure: (app) => app.useGlobalFilters(new NotingFilter(app.get(HttpAdapterHost))),
        },
        prepare,
      );

    it('is told the reason, and changes nothing about the answer', async () => {
      const deployment = await start();
      const token = deployment.issue({ aud: OTHER_AUDIENCE });
      await expectRejection(await deployment.get('/files', token), 'audience_mismatch', {
        ...READ,
        token,
      });
      const scopeless = deployment.issue({ scope: '' });
      await expectRejection(await deployment.get('/files', scopeless), 'scope_insufficient', READ);
      expect(caught).toEqual([
        {
          reason: 'audience_mismatch',
          status: 401,
          message: 'The access token is not intended for this resource',
          requiredScopes: [],
        },
        {
          reason: 'scope_insufficient',
          status: 403,
          message: 'A required scope is missing',
          requiredScopes: ['files:read'],
        },
      ]);
    });

    it('is told whose keys are missing, and why', async () => {
      const deployment = await start((server) => server.fail(JWKS, status(500)));
      await expectUnavailable(await deployment.get('/files', deployment.issue()));
      expect(caught).toEqual([
        {
          issuer: deployment.authorizationServer.issuer,
          status: 503,
          retryAfterSeconds: expect.any(Number) as number,
          cause: expect.objectContaining({
            message: `${deployment.authorizationServer.jwksUri} answered 500`,
          }) as unknown,
        },
      ]);
    });
  },
);

describe.each(ADAPTERS)('HEAD, server-sent events and streams, on %s', (adapter) => {
  const deployment = deploy(adapter);

  it.each([
    ['/files', 'HEAD', /^$/],
    ['/events', 'GET', /data: first/],
    ['/stream', 'GET', /^streamed$/],
  ])('%s by %s: answer to a good token', async (path, method, text) => {
    const response = await deployment.get(path, deployment.issue(), { method });
    expect(response.status).toBe(200);
    expect(await response.text()).toMatch(text);
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
    expect(await response.text()).toMatch(method === 'HEAD' ? /^$/ : /"audience_mismatch"/);
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
