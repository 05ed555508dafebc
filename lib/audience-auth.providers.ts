import { randomUUID } from 'node:crypto';
import { Logger, type Provider } from '@nestjs/common';
import {
  ACCESS_TOKEN_STRATEGY,
  AudienceAuthGuard,
  CHALLENGE_SETTINGS,
} from './guard/audience-auth.guard.js';
import { AudienceAuthHealth } from './keys/audience-auth-health.js';
import { IssuerKeys } from './keys/issuer-keys.js';
import { metadataUrl } from './metadata/protected-resource.js';
import { MetadataRoutes, RESOURCE_SETTINGS } from './metadata/metadata-routes.js';
import type { Settings } from './options/settings.js';
import { lifetime } from './policy/lifetime.check.js';
import { policy } from './policy/policy.js';
import type { ChallengeSettings } from './rejection/challenge.js';
import { isStrategyNameTaken, registerStrategy } from './verification/access-token.strategy.js';
import { AccessTokenVerifier } from './verification/access-token-verifier.js';
import { RejectionReport } from './verification/rejection-report.js';
import { Verification, type TrustedIssuer } from './verification/verification.js';

/** The options, checked and completed. */
export const SETTINGS = Symbol('nestjs-audience-auth:settings');
export const TRUSTED_ISSUERS = Symbol('nestjs-audience-auth:issuers');

export type TrustedIssuers = ReadonlyMap<string, TrustedIssuer>;

export const logger = new Logger('AudienceAuthModule');

export function trustedIssuers({ issuers, keys }: Settings): TrustedIssuers {
  return new Map(
    issuers.map(({ location, algorithms, rules }) => [
      location.issuer,
      {
        name: location.issuer,
        algorithms,
        keys: new IssuerKeys(location, keys, logger),
        policy: policy(rules),
        lifetime: lifetime(rules),
      },
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

/** All that is made from the settings. */
export const PROVIDERS: Provider[] = [
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
    provide: RejectionReport,
    useFactory: ({ onRejection }: Settings) => new RejectionReport(onRejection, logger),
    inject: [SETTINGS],
  },
  {
    provide: AccessTokenVerifier,
    useFactory: (verification: Verification, report: RejectionReport) =>
      new AccessTokenVerifier(verification, report),
    inject: [Verification, RejectionReport],
  },
  {
    provide: AudienceAuthHealth,
    useFactory: (issuers: TrustedIssuers) =>
      new AudienceAuthHealth([...issuers.values()].map(({ keys }) => keys)),
    inject: [TRUSTED_ISSUERS],
  },
  { provide: CHALLENGE_SETTINGS, useFactory: challengeSettings, inject: [SETTINGS] },
  {
    provide: RESOURCE_SETTINGS,
    useFactory: ({ resource }: Settings) => resource,
    inject: [SETTINGS],
  },
  MetadataRoutes,
  AudienceAuthGuard,
];
