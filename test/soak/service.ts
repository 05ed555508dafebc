import 'reflect-metadata';
import { Controller, Get, Module, type INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { Server } from 'node:http';
import { AudienceAuthModule, CurrentToken, type AccessToken } from 'nestjs-audience-auth';
import { AUDIENCE } from '../support/tokens.js';
import { Meter } from './meter.js';
import { KEYS, PATH } from './settings.js';

const [adapter, issuer = ''] = process.argv.slice(2);
const meter = new Meter();

@Controller()
class SubjectController {
  @Get(PATH)
  subject(@CurrentToken() token: AccessToken) {
    return { subject: token.subject };
  }
}

@Module({
  imports: [AudienceAuthModule.forRoot({ issuer, audience: AUDIENCE, keys: KEYS })],
  controllers: [SubjectController],
})
class ServiceModule {}

async function start(): Promise<INestApplication> {
  const app = await NestFactory.create(
    ServiceModule,
    adapter === 'fastify' ? new FastifyAdapter() : new ExpressAdapter(),
    { logger: false, forceCloseConnections: true },
  );
  const server = app.getHttpServer() as Server;
  // Idle connections are closed by the load generator, which would otherwise write to some that are being closed.
  server.keepAliveTimeout = 0;
  await app.listen(0, '127.0.0.1');
  return app;
}

const app = await start();

/** Nobody is there any more to ask for anything. */
const exit = (): void => process.exit(1);

async function obey(message: unknown): Promise<void> {
  if (message === 'measure') process.send?.(await meter.read());
  if (message === 'stop') {
    await app.close();
    // From here on, nothing may keep this process alive.
    process.off('disconnect', exit);
    process.disconnect();
  }
}

process.once('disconnect', exit);
process.on('message', (message) => void obey(message));
process.send?.(await app.getUrl());
