import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { environment } from '../processes/environment.js';
import { logLevels, reportReady } from '../processes/service-side.js';
import { CodeSearchModule } from './code-search.module.js';

const app = await NestFactory.create<NestFastifyApplication>(
  CodeSearchModule,
  new FastifyAdapter(),
  { logger: logLevels() },
);
app.enableShutdownHooks();
await app.listen(environment('PORT'), '127.0.0.1');
reportReady();
