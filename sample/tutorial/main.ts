import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { environment } from '../processes/environment.js';
import { reportReady } from '../processes/service-side.js';
import { TutorialCodeSearchModule } from './code-search.module.js';
import { TutorialTicketsModule } from './tickets.module.js';

// Two services in one process, which only does because both guards are the same: Passport knows strategies by name, and
// both are called jwt.
const tickets = await NestFactory.create(TutorialTicketsModule, { logger: ['error', 'warn'] });
tickets.enableShutdownHooks();
await tickets.listen(environment('TICKETS_PORT'), '127.0.0.1');

const codeSearch = await NestFactory.create<NestFastifyApplication>(
  TutorialCodeSearchModule,
  new FastifyAdapter(),
  { logger: ['error', 'warn'] },
);
codeSearch.enableShutdownHooks();
await codeSearch.listen(environment('CODE_SEARCH_PORT'), '127.0.0.1');
reportReady();
