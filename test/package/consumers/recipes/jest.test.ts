import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { hostileTokens, TestAuthorizationServer } from 'nestjs-audience-auth/testing';
import { AppModule } from './app.module';

const audience = 'https://tickets.example.com/mcp';
let server: TestAuthorizationServer;
let app: INestApplication;

beforeAll(async () => {
  server = await TestAuthorizationServer.start();
  Object.assign(process.env, { ISSUER: server.issuer, AUDIENCE: audience });
  app = await NestFactory.create(AppModule, { logger: ['error'], abortOnError: false });
  await app.listen(0, '127.0.0.1');
});
afterAll(() => Promise.all([server?.stop(), app?.close()]));

const ask = async (token: string) => {
  const headers = { authorization: `Bearer ${token}` };
  return fetch(`${await app.getUrl()}/tickets`, { headers });
};

test('lets in a token for this service', async () => {
  const token = await server.issue({ aud: audience, scope: 'tickets:read' });
  expect((await ask(token)).status).toBe(200);
});

test('refuses every hostile token', async () => {
  for (const { name, token, reason } of await hostileTokens(server, { audience })) {
    const body: unknown = await (await ask(token)).json();
    expect({ name, body }).toMatchObject({ name, body: { statusCode: 401, reason } });
  }
});
