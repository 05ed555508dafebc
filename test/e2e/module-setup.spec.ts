import { Injectable, Module, Scope } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { NestFactory } from '@nestjs/core';
import {
  AccessTokenVerifier,
  AudienceAuthModule,
  SigningKeysUnavailable,
  type AudienceAuthOptions,
  type AudienceAuthOptionsFactory,
} from 'nestjs-audience-auth';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { status } from '../support/answers.js';
import { AuthorizationServer, JWKS } from '../support/authorization-server.js';
import { expectRejection } from '../support/expect-rejection.js';
import { memoryLogger } from '../support/log.js';
import { ADAPTERS, ResourceServer, type Setup } from '../support/resource-server.js';
import { AUDIENCE, OTHER_AUDIENCE, type Claims } from '../support/tokens.js';

type FactoryOptions = Omit<AudienceAuthOptions, 'global'>;

let server: AuthorizationServer;

beforeAll(async () => {
  server = await AuthorizationServer.start();
});

afterAll(() => server.stop());

const options = (): FactoryOptions => ({ issuer: server.issuer, audience: AUDIENCE });

@Injectable()
class OptionsService implements AudienceAuthOptionsFactory {
  async createAudienceAuthOptions(): Promise<FactoryOptions> {
    return Promise.resolve(options());
  }
}

@Module({ providers: [OptionsService], exports: [OptionsService] })
class OptionsModule {}

const CONFIG = Symbol('configuration');

@Module({
  providers: [{ provide: CONFIG, useFactory: () => Promise.resolve({ audience: AUDIENCE }) }],
  exports: [CONFIG],
})
class DeferredModule {}

const PER_REQUEST = Symbol('per request');

@Module({
  providers: [{ provide: PER_REQUEST, scope: Scope.REQUEST, useFactory: () => AUDIENCE }],
  exports: [PER_REQUEST],
})
class PerRequestModule {}

const fromEnvironment = (variables: Record<string, string>) =>
  AudienceAuthModule.forRootAsync({
    imports: [ConfigModule.forRoot({ ignoreEnvFile: true, load: [() => variables] })],
    inject: [ConfigService],
    useFactory: (config: ConfigService) => ({
      issuer: config.get('OAUTH_ISSUER') as string,
      audience: config.get('OAUTH_AUDIENCE') as string,
    }),
  });

const WAYS: Record<string, () => NonNullable<Setup['imports']>> = {
  forRoot: () => [AudienceAuthModule.forRoot(options())],
  'forRootAsync with useFactory': () => [AudienceAuthModule.forRootAsync({ useFactory: options })],
  'forRootAsync with useFactory and what it awaits': () => [
    AudienceAuthModule.forRootAsync({
      imports: [DeferredModule],
      inject: [CONFIG],
      useFactory: ({ audience }: { audience: string }) =>
        Promise.resolve({ issuer: server.issuer, audience }),
    }),
  ],
  'forRootAsync with useClass': () => [
    AudienceAuthModule.forRootAsync({ useClass: OptionsService }),
  ],
  'forRootAsync with useExisting': () => [
    AudienceAuthModule.forRootAsync({ imports: [OptionsModule], useExisting: OptionsService }),
  ],
  'forRootAsync with @nestjs/config': () => [
    fromEnvironment({ OAUTH_ISSUER: server.issuer, OAUTH_AUDIENCE: AUDIENCE }),
  ],
};

describe.each(ADAPTERS)('the module, on %s', (adapter) => {
  const start = async (setup: Setup) => {
    const service = await ResourceServer.startWith(adapter, setup);
    onTestFinished(() => service.stop());
    return service;
  };

  it.each(Object.entries(WAYS))('is set up by %s', async (_way, imports) => {
    const service = await start({ imports: imports() });
    expect((await service.request('/plain', { token: server.issue() })).status).toBe(200);
    const token = server.issue({ aud: OTHER_AUDIENCE });
    await expectRejection(await service.request('/plain', { token }), 'audience_mismatch');
    await expectRejection(await service.request('/plain'), 'token_missing');
  });

  it('takes global beside a factory', async () => {
    const imports = [AudienceAuthModule.forRootAsync({ useFactory: options, global: false })];
    const service = await start({ imports });
    expect((await service.request('/plain')).status).toBe(200);
    await expectRejection(await service.request('/files'), 'token_missing', {
      scope: 'files:read',
    });
  });

  it('does not let an environment variable that is not set leave a door open', async () => {
    await expect(
      ResourceServer.startWith(adapter, {
        imports: [fromEnvironment({ OAUTH_ISSUER: server.issuer })],
      }),
    ).rejects.toThrow(/audience is undefined \(an environment variable that is not set\?\)/);
    await expect(
      ResourceServer.startWith(adapter, { imports: [fromEnvironment({ OAUTH_AUDIENCE: ' ' })] }),
    ).rejects.toThrow(/issuer is undefined .*\n.*audience is blank/);
  });

  it('does not start where its factory fails', async () => {
    const imports = [
      AudienceAuthModule.forRootAsync({
        useFactory: () => Promise.reject(new Error('no such secret')),
      }),
    ];
    await expect(ResourceServer.startWith(adapter, { imports })).rejects.toThrow('no such secret');
  });

  it.each([{}, { global: false as const }])(
    'is imported once: a second one is refused at boot, with %j too',
    async (extra) => {
      const second = AudienceAuthModule.forRoot({
        ...options(),
        audience: OTHER_AUDIENCE,
        ...extra,
      });
      const imports = [AudienceAuthModule.forRoot(options()), second];
      await expect(ResourceServer.startWith(adapter, { imports })).rejects.toThrow(
        /forRoot is imported more than once: .* Import it once, with all identifiers/,
      );
    },
  );

  it('does not take global from a factory, which is asked too late', async () => {
    const imports = [
      AudienceAuthModule.forRootAsync({ useFactory: () => ({ ...options(), global: false }) }),
    ];
    await expect(ResourceServer.startWith(adapter, { imports })).rejects.toThrow(
      /forRootAsync: global stands beside useFactory/,
    );
  });

  it.each([{}, { global: false as const }])(
    'does not start with options that are only known once a request has come, %j',
    async (extra) => {
      const imports = [
        AudienceAuthModule.forRootAsync({
          imports: [PerRequestModule],
          inject: [PER_REQUEST],
          useFactory: (audience: string) => ({ issuer: server.issuer, audience }),
          ...extra,
        }),
      ];
      await expect(ResourceServer.startWith(adapter, { imports })).rejects.toThrow(
        /depends? on a request-scoped provider/,
      );
    },
  );
});

describe('AccessTokenVerifier', () => {
  @Injectable()
  class Inbox {
    constructor(private readonly verifier: AccessTokenVerifier) {}

    async subject(token: string): Promise<string | undefined> {
      return (await this.verifier.verify(token)).subject;
    }
  }

  @Module({ providers: [Inbox] })
  class InboxModule {}

  /** An application without HTTP: there is no adapter, no route, and no request. */
  async function startInbox(): Promise<Inbox> {
    @Module({ imports: [AudienceAuthModule.forRoot(options()), InboxModule] })
    class WorkerModule {}
    const worker = await NestFactory.createApplicationContext(WorkerModule, {
      logger: memoryLogger,
      abortOnError: false,
    });
    onTestFinished(() => worker.close());
    return worker.get(Inbox, { strict: false });
  }

  it('can be injected everywhere, in an application without HTTP too', async () => {
    const inbox = await startInbox();
    expect(await inbox.subject(server.issue({ sub: 'bob' }))).toBe('bob');
  });

  it.each<[string, Claims, string]>([
    ['of another service', { aud: OTHER_AUDIENCE }, 'audience_mismatch'],
    ['that has expired', { exp: 1 }, 'token_expired'],
    ['bound to a key', { cnf: { jkt: 'x' } }, 'proof_required'],
  ])('refuses a token %s, with the reason', async (_name, claims, reason) => {
    const inbox = await startInbox();
    const refused = inbox.subject(server.issue(claims));
    await expect(refused).rejects.toMatchObject({
      reason,
      status: 401,
      name: 'AccessTokenRejection',
    });
  });

  it.each([undefined, null, 5, {}, ['x'], '', 'x', 'Bearer x'])(
    'refuses what is no token: %j',
    async (value) => {
      const inbox = await startInbox();
      await expect(inbox.subject(value as string)).rejects.toMatchObject({
        reason: 'token_malformed',
      });
    },
  );

  it('throws SigningKeysUnavailable where nobody can say', async () => {
    server.fail(JWKS, status(500));
    onTestFinished(() => server.recover());
    const inbox = await startInbox();
    const { issuer } = server;
    const undecided = inbox.subject(server.issue());
    await expect(undecided).rejects.toBeInstanceOf(SigningKeysUnavailable);
    await expect(undecided).rejects.toMatchObject({ issuer, status: 503 });
  });
});
