import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { NestFactory } from '@nestjs/core';
import { hostileTokens, TestAuthorizationServer } from 'nestjs-audience-auth/testing';
import { AppModule } from './app.module.js';

const audience = 'https://tickets.example.com/mcp';
const server = await TestAuthorizationServer.start();
Object.assign(process.env, { ISSUER: server.issuer, AUDIENCE: audience });
const app = await NestFactory.create(AppModule, { logger: ['error'], abortOnError: false });
await app.listen(0, '127.0.0.1');
const url = `${await app.getUrl()}/tickets`;
const hostile = await hostileTokens(server, { audience });
const ask = (token: string) => fetch(url, { headers: { authorization: `Bearer ${token}` } });
after(() => Promise.all([server.stop(), app.close()]));

test('lets in a token for this service', async () => {
  const token = await server.issue({ aud: audience, scope: 'tickets:read' });
  assert.equal((await ask(token)).status, 200);
});

for (const { name, token, reason } of hostile) {
  test(`refuses ${name}`, async () => {
    const body = (await (await ask(token)).json()) as { statusCode: number; reason: string };
    assert.deepEqual([body.statusCode, body.reason], [401, reason]);
  });
}
