import { NestFactory } from '@nestjs/core';
import { environment } from '../processes/environment.js';
import { logLevels, reportReady } from '../processes/service-side.js';
import { TicketsModule } from './tickets.module.js';

const app = await NestFactory.create(TicketsModule, { logger: logLevels() });
app.enableShutdownHooks();
await app.listen(environment('PORT'), '127.0.0.1');
reportReady();
