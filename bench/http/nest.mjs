import 'reflect-metadata';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';

const ADAPTERS = {
  async express() {
    const { ExpressAdapter } = await import('@nestjs/platform-express');
    return new ExpressAdapter();
  },
  async fastify() {
    const { FastifyAdapter } = await import('@nestjs/platform-fastify');
    return new FastifyAdapter();
  },
};

/** A Nest application with one route. Written without decorator syntax, which Node does not read. */
export async function nest(adapter, { imports = [], providers = [], decorators = [] }) {
  class TicketsController {
    list() {
      return { tickets: [] };
    }
  }
  const { prototype } = TicketsController;
  for (const decorate of [Get(), ...decorators]) {
    decorate(prototype, 'list', Object.getOwnPropertyDescriptor(prototype, 'list'));
  }
  Controller('tickets')(TicketsController);

  // A class, to Nest.
  function ApplicationModule() {}
  Module({ imports, providers, controllers: [TicketsController] })(ApplicationModule);
  const application = await NestFactory.create(ApplicationModule, await ADAPTERS[adapter](), {
    logger: ['error', 'fatal'],
  });
  await application.listen(0, '127.0.0.1');
  return application.getHttpServer();
}
