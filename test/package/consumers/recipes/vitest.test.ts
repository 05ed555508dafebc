import { NestFactory } from '@nestjs/core';
import { hostileTokens, TestAuthorizationServer } from 'nestjs-audience-auth/testing';
import { afterAll, expect, test } from 'vitest';
import { AppModule } from './app.module.js';

const audience = 'https://tickets.example.com/mcp';
const server = await TestAuthorizationServer.start();
Object.assign(process.env, { ISSUER: server.issuer, AUDIENCE: audience });
const app = await NestFactory.create(AppModule, { logger: ['error'], abortOnError: false });
await app.listen(0, '127.0.0.1');
const url = `${await app.getUrl()}/tickets`;
const ask = (token: string) => fetch(url, { headers: { authorization: `Bearer ${token}` } });
afterAll(() => Promise.all([server.stop(), app.close()]));

test('lets in a token for this service', async () => {
  const token = await server.issue({ aud: audience, scope: 'tickets:read' });
  expect((await ask(token)).status).toBe(200);
});

test.each(await hostileTokens(server, { audience }))('refuses $name', async ({ token, reason }) => {
  expect(await (await ask(token)).json()).toMatchObject({ statusCode: 401, reason });
});
