import { randomUUID } from 'node:crypto';
import {
  Inject,
  Logger,
  Module,
  type ConfigurableModuleAsyncOptions,
  type DynamicModule,
  type NestModule,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { DiscoveryModule, DiscoveryService, ModulesContainer } from '@nestjs/core';
import {
  ConfigurableModuleClass,
  MODULE_OPTIONS_TOKEN,
} from './audience-auth.module-definition.js';
import {
  ACCESS_TOKEN_STRATEGY,
  AudienceAuthGuard,
  CHALLENGE_SETTINGS,
} from './guard/audience-auth.guard.js';
import { auditRoutes } from './guard/route-audit.js';
import { IssuerKeys } from './keys/issuer-keys.js';
import { metadataUrl } from './metadata/protected-resource.js';
import { MetadataRoutes, RESOURCE_SETTINGS } from './metadata/metadata-routes.js';
import type { AudienceAuthOptions } from './options/audience-auth.options.js';
import { resolveOptions, type Settings } from './options/settings.js';
import { policy } from './policy/policy.js';
import type { ChallengeSettings } from './rejection/challenge.js';
import {
  isStrategyNameTaken,
  registerStrategy,
  unregisterStrategy,
  type AccessTokenStrategy,
} from './verification/access-token.strategy.js';
import { AccessTokenVerifier } from './verification/access-token-verifier.js';
import { Verification, type TrustedIssuer } from './verification/verification.js';

/**
 * What `AudienceAuthModule.forRootAsync` takes: the options by `useFactory`, `useClass` or `useExisting`; `global` beside
 * them, since Nest needs it before there are options.
 */
export type AudienceAuthAsyncOptions = ConfigurableModuleAsyncOptions<
  Omit<AudienceAuthOptions, 'global'>,
  'createAudienceAuthOptions'
> &
  Pick<AudienceAuthOptions, 'global'>;

const logger = new Logger('AudienceAuthModule');
const SETTINGS = Symbol('nestjs-audience-auth:settings');
const TRUSTED_ISSUERS = Symbol('nestjs-audience-auth:issuers');

type TrustedIssuers = ReadonlyMap<string, TrustedIssuer>;

function settingsOf(options: AudienceAuthOptions, modules: ModulesContainer): Settings {
  const ours = [...modules.values()].filter(({ metatype }) => metatype === AudienceAuthModule);
  if (ours.length > 1) {
    throw new Error(
      "AudienceAuthModule.forRoot is imported more than once: each guard would refuse the other's tokens. Import it once, " +
        'with all identifiers of this service in audience.',
    );
  }
  if (typeof options === 'object' && options !== null && 'global' in options) {
    throw new Error(
      'AudienceAuthModule.forRootAsync: global stands beside useFactory, not in what it returns: Nest has to know before.',
    );
  }
  return resolveOptions(options);
}

function isClass(value: unknown): value is new () => object {
  return typeof value === 'function';
}

function trustedIssuers({ issuers, keys }: Settings): TrustedIssuers {
  return new Map(
    issuers.map(({ location, algorithms, rules }) => [
      location.issuer,
      { algorithms, keys: new IssuerKeys(location, keys, logger), policy: policy(rules) },
    ]),
  );
}

function checkedStrategyName(name: string | undefined): string {
  if (name === undefined) return `audience-auth-${randomUUID()}`;
  if (!isStrategyNameTaken(name)) return name;
  throw new Error(
    `AudienceAuthModule: strategyName "${name}" is in use in this process, and Passport would let the later one judge ` +
      "the earlier one's requests. Choose another name, or leave it out.",
  );
}

function challengeSettings({ resource, realm }: Settings): ChallengeSettings {
  const [url] = resource.urls;
  return {
    ...(url !== undefined && { resourceMetadata: metadataUrl(url).href }),
    ...(realm !== undefined && { realm }),
  };
}

/**
 * Makes an application a resource server (RFC 6749 §1.1) that lets in only the access tokens minted for it.
 *
 * Checks: signature, issuer, lifetime, audience, kind of token, and per route scopes and clients. Does not: log anybody
 * in, issue or introspect tokens, know of revocation before expiry.
 *
 * One `forRoot` guards one application; a service with several identifiers lists them in `audience`.
 *
 * @example
 * ```ts
 * import { Module } from '@nestjs/common';
 * import { AudienceAuthModule } from 'nestjs-audience-auth';
 *
 * @Module({
 *   imports: [
 *     AudienceAuthModule.forRoot({
 *       issuer: 'https://auth.example.com',
 *       audience: 'https://tickets.example.com/v1/mcp',
 *     }),
 *   ],
 * })
 * export class AppModule {}
 * ```
 */
@Module({
  imports: [DiscoveryModule],
  providers: [
    {
      provide: SETTINGS,
      useFactory: settingsOf,
      inject: [MODULE_OPTIONS_TOKEN, ModulesContainer],
    },
    { provide: TRUSTED_ISSUERS, useFactory: trustedIssuers, inject: [SETTINGS] },
    {
      provide: Verification,
      useFactory: (issuers: TrustedIssuers, settings: Settings) =>
        new Verification(issuers, settings.verification),
      inject: [TRUSTED_ISSUERS, SETTINGS],
    },
    {
      provide: ACCESS_TOKEN_STRATEGY,
      useFactory: (verification: Verification, settings: Settings) =>
        registerStrategy(
          checkedStrategyName(settings.strategyName),
          verification,
          settings.verification.maxTokenBytes,
        ),
      inject: [Verification, SETTINGS],
    },
    {
      provide: AccessTokenVerifier,
      useFactory: (verification: Verification) => new AccessTokenVerifier(verification),
      inject: [Verification],
    },
    { provide: CHALLENGE_SETTINGS, useFactory: challengeSettings, inject: [SETTINGS] },
    {
      provide: RESOURCE_SETTINGS,
      useFactory: ({ resource }: Settings) => resource,
      inject: [SETTINGS],
    },
    MetadataRoutes,
    AudienceAuthGuard,
  ],
  // The guard is also made in the modules whose controllers bring it, so what it needs is exported with it.
  exports: [AudienceAuthGuard, AccessTokenVerifier, ACCESS_TOKEN_STRATEGY, CHALLENGE_SETTINGS],
})
export class AudienceAuthModule
  extends ConfigurableModuleClass
  implements NestModule, OnApplicationBootstrap, OnApplicationShutdown
{
  /**
   * Sets the module up with options that are known when the file is loaded.
   *
   * @throws Error that names everything wrong with the options and how to mend it
   */
  static override forRoot(options: AudienceAuthOptions): DynamicModule {
    // Once here, where the stack trace leads to the mistake; the module does it again when it starts.
    resolveOptions(options);
    return super.forRoot(options);
  }

  /**
   * Sets the module up with options that must be awaited or injected. What is wrong with them makes the boot fail.
   *
   * @example
   * ```ts
   * import { Module } from '@nestjs/common';
   * import { ConfigModule, ConfigService } from '@nestjs/config';
   * import { AudienceAuthModule } from 'nestjs-audience-auth';
   *
   * @Module({
   *   imports: [
   *     AudienceAuthModule.forRootAsync({
   *       imports: [ConfigModule.forRoot()],
   *       inject: [ConfigService],
   *       useFactory: (config: ConfigService) => ({
   *         issuer: config.getOrThrow<string>('ISSUER'),
   *         audience: config.getOrThrow<string>('AUDIENCE'),
   *       }),
   *     }),
   *   ],
   * })
   * export class AppModule {}
   * ```
   */
  static override forRootAsync(options: AudienceAuthAsyncOptions): DynamicModule {
    return super.forRootAsync(options);
  }

  constructor(
    @Inject(SETTINGS) settings: Settings,
    @Inject(TRUSTED_ISSUERS) private readonly issuers: TrustedIssuers,
    @Inject(ACCESS_TOKEN_STRATEGY) private readonly strategy: AccessTokenStrategy,
    private readonly metadataRoutes: MetadataRoutes,
    private readonly discovery: DiscoveryService,
  ) {
    super();
    for (const warning of settings.warnings) logger.warn(warning);
  }

  /** Nest calls this before it registers any route. @internal */
  configure(): void {
    if (this.discovery === undefined) {
      throw new Error(
        'AudienceAuthModule: the options depend on a request-scoped provider, so there would be no guard when a request ' +
          'comes. Inject only what lives as long as the application.',
      );
    }
    const controllers = this.discovery.getControllers().map(({ metatype }) => metatype);
    this.metadataRoutes.register(auditRoutes(controllers.filter(isClass)));
  }

  /** Has the keys fetched, so that the first request need not wait; if they cannot be, that has been logged. @internal */
  onApplicationBootstrap(): void {
    for (const { keys } of this.issuers.values()) keys.warmUp();
  }

  /** Passport's registry outlives the application. @internal */
  onApplicationShutdown(): void {
    unregisterStrategy(this.strategy);
  }
}
