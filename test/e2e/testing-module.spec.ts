import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { AccessTokenVerifier, AudienceAuthModule } from 'nestjs-audience-auth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuthorizationServer } from '../support/authorization-server.js';
import { CONTROLLERS } from '../support/controllers.js';
import { memoryLogger } from '../support/log.js';
import { ADAPTERS } from '../support/resource-server.js';
import { AUDIENCE, OTHER_AUDIENCE } from '../support/tokens.js';

describe('an application made with @nestjs/testing', () => {
  let authorizationServer: AuthorizationServer;

  beforeAll(async () => {
    authorizationServer = await AuthorizationServer.start();
  });
  afterAll(() => authorizationServer.stop());

  // The HTTP adapter comes after the providers here: another order than NestFactory has.
  const compile = () =>
    Test.createTestingModule({
      imports: [
        AudienceAuthModule.forRoot({ issuer: authorizationServer.issuer, audience: AUDIENCE }),
      ],
      controllers: CONTROLLERS,
    })
      .setLogger(memoryLogger)
      .compile();

  it.each(ADAPTERS)('is guarded and serves its metadata, on %s', async (adapter) => {
    const testing = await compile();
    const app =
      adapter === 'express'
        ? testing.createNestApplication()
        : testing.createNestApplication<NestFastifyApplication>(new FastifyAdapter());
    await app.listen(0, '127.0.0.1');
    try {
      const url = await app.getUrl();
      const status = async (path: string, aud?: string) => {
        const authorization = `Bearer ${authorizationServer.issue({ aud })}`;
        const response = await fetch(url + path, { headers: aud ? { authorization } : {} });
        return response.status;
      };
      expect(await status('/plain', AUDIENCE)).toBe(200);
      expect(await status('/plain', OTHER_AUDIENCE)).toBe(401);
      expect(await status('/plain')).toBe(401);
      expect(await status('/.well-known/oauth-protected-resource/mcp')).toBe(200);
    } finally {
      await app.close();
    }
  });

  it('verifies tokens without being listened to', async () => {
    const testing = await compile();
    const verifier = testing.get(AccessTokenVerifier);
    const token = await verifier.verify(authorizationServer.issue());
    expect(token.audience).toEqual([AUDIENCE]);
    await testing.close();
  });
});
