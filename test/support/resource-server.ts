import 'reflect-metadata';
import { Module, type ModuleMetadata } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { AudienceAuthModule, type AudienceAuthOptions } from 'nestjs-audience-auth';
import { CONTROLLERS } from './controllers.js';
import { memoryLogger } from './log.js';

export const ADAPTERS = ['express', 'fastify'] as const;
export type AdapterName = (typeof ADAPTERS)[number];
export type Application = NestExpressApplication | NestFastifyApplication;

/** What the application of a test has beside, or instead of, the usual controllers. */
export interface Setup extends ModuleMetadata {
  /** Changes the application before it listens. */
  readonly configure?: (app: Application) => void;
  /** How Fastify is set up, where it is the adapter. */
  readonly fastify?: ConstructorParameters<typeof FastifyAdapter>[0];
}

export interface RequestOptions extends Omit<RequestInit, 'headers'> {
  readonly token?: string | undefined;
  readonly headers?: Record<string, string>;
}

/** A Nest application that is guarded by the module under test, listening on loopback. */
export class ResourceServer {
  private constructor(
    readonly app: Application,
    readonly url: string,
  ) {}

  static start(
    adapter: AdapterName,
    options: AudienceAuthOptions,
    { imports = [], ...setup }: Setup = {},
  ): Promise<ResourceServer> {
    return this.startWith(adapter, {
      ...setup,
      imports: [AudienceAuthModule.forRoot(options), ...imports],
    });
  }

  /** With imports that the test makes itself. */
  static async startWith(
    adapter: AdapterName,
    { configure, fastify, ...metadata }: Setup,
  ): Promise<ResourceServer> {
    @Module({ controllers: CONTROLLERS, ...metadata })
    class RootModule {}
    const app = await NestFactory.create<Application>(
      RootModule,
      adapter === 'express' ? new ExpressAdapter() : new FastifyAdapter(fastify),
      { logger: memoryLogger, abortOnError: false, forceCloseConnections: true },
    );
    configure?.(app);
    await app.listen(0, '127.0.0.1');
    return new ResourceServer(app, await app.getUrl());
  }

  request(path: string, { token, headers, ...init }: RequestOptions = {}): Promise<Response> {
    return fetch(this.url + path, {
      ...init,
      headers: { ...(token !== undefined && { authorization: `Bearer ${token}` }), ...headers },
    });
  }

  async stop(): Promise<void> {
    await this.app.close();
  }
}
