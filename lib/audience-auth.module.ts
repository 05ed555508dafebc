import {
  Inject,
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
  logger,
  PROVIDERS,
  SETTINGS,
  TRUSTED_ISSUERS,
  type TrustedIssuers,
} from './audience-auth.providers.js';
import {
  ACCESS_TOKEN_STRATEGY,
  AudienceAuthGuard,
  CHALLENGE_SETTINGS,
} from './guard/audience-auth.guard.js';
import { auditRoutes } from './guard/route-audit.js';
import { AudienceAuthHealth } from './keys/audience-auth-health.js';
import { MetadataRoutes } from './metadata/metadata-routes.js';
import type { AudienceAuthOptions } from './options/audience-auth.options.js';
import { resolveOptions, type Settings } from './options/settings.js';
import {
  unregisterStrategy,
  type AccessTokenStrategy,
} from './verification/access-token.strategy.js';
import { AccessTokenVerifier } from './verification/access-token-verifier.js';
import { RejectionReport } from './verification/rejection-report.js';

/**
 * What `AudienceAuthModule.forRootAsync` takes: the options by `useFactory`, `useClass` or `useExisting`; `global` beside
 * them, since Nest needs it before there are options.
 */
export type AudienceAuthAsyncOptions = ConfigurableModuleAsyncOptions<
  Omit<AudienceAuthOptions, 'global'>,
  'createAudienceAuthOptions'
> &
  Pick<AudienceAuthOptions, 'global'>;

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
    ...PROVIDERS,
  ],
  // The guard is also made in the modules whose controllers bring it, so what it needs is exported with it.
  exports: [
    AudienceAuthGuard,
    AccessTokenVerifier,
    AudienceAuthHealth,
    ACCESS_TOKEN_STRATEGY,
    CHALLENGE_SETTINGS,
    RejectionReport,
  ],
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

  /** Passport's registry and timers outlive the application. @internal */
  onApplicationShutdown(): void {
    for (const { keys } of this.issuers.values()) keys.close();
    unregisterStrategy(this.strategy);
  }
}
