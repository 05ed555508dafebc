import type { AudienceAuthOptions } from 'nestjs-audience-auth';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import { AuthorizationServer } from './authorization-server.js';
import {
  ResourceServer,
  type AdapterName,
  type RequestOptions,
  type Setup,
} from './resource-server.js';
import { AUDIENCE } from './tokens.js';

/** The options of a deployment beside issuer and audience; some depend on where the authorization server is. */
export type Options =
  Partial<AudienceAuthOptions> | ((server: AuthorizationServer) => Partial<AudienceAuthOptions>);

/** One authorization server and one service that trusts it. */
export class Deployment {
  authorizationServer!: AuthorizationServer;
  service!: ResourceServer;

  async start(adapter: AdapterName, options: Options = {}, setup: Setup = {}): Promise<void> {
    this.authorizationServer ??= await AuthorizationServer.start();
    const { authorizationServer: server } = this;
    this.service = await ResourceServer.start(
      adapter,
      {
        issuer: server.issuer,
        audience: AUDIENCE,
        ...(typeof options === 'function' ? options(server) : options),
      },
      setup,
    );
  }

  async stop(): Promise<void> {
    await this.service?.stop();
    await this.authorizationServer?.stop();
  }

  /** Asks the service with this token. */
  get(path: string, token?: string, init: RequestOptions = {}): Promise<Response> {
    return this.service.request(path, { token, ...init });
  }

  /** The status that the service answers to this token. */
  async status(token?: string, path = '/plain'): Promise<number> {
    return (await this.get(path, token)).status;
  }

  issue(...spoilt: Parameters<AuthorizationServer['issue']>): string {
    return this.authorizationServer.issue(...spoilt);
  }
}

/** Starts both before the tests of a `describe` and stops them after. */
export function deploy(...settings: Parameters<Deployment['start']>): Deployment {
  const deployment = new Deployment();
  beforeAll(() => deployment.start(...settings));
  afterAll(() => deployment.stop());
  return deployment;
}

/** Starts both for one test, and has the keys fetched. */
export async function deployWarm(...settings: Parameters<typeof deployOnce>): Promise<Deployment> {
  const deployment = await deployOnce(...settings);
  expect(await deployment.status(deployment.issue())).toBe(200);
  return deployment;
}

/**
 * Starts both for one test.
 *
 * @param prepare what to do with the authorization server before the service starts
 */
export async function deployOnce(
  adapter: AdapterName,
  options: Options = {},
  setup: Setup = {},
  prepare: (server: AuthorizationServer) => unknown = () => undefined,
): Promise<Deployment> {
  const deployment = new Deployment();
  onTestFinished(() => deployment.stop());
  deployment.authorizationServer = await AuthorizationServer.start();
  await prepare(deployment.authorizationServer);
  await deployment.start(adapter, options, setup);
  return deployment;
}
