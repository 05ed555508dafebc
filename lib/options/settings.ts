import { ALGORITHM_NAMES, type SignatureAlgorithm } from '../keys/algorithms.js';
import type { KeySettings } from '../keys/issuer-keys.js';
import type { PolicyRules } from '../policy/policy.js';
import type { VerificationSettings } from '../verification/verification.js';
import type { AudienceAuthOptions, IssuerOptions } from './audience-auth.options.js';
import { audienceSet } from './audience.rules.js';
import { algorithmSet, issuerList } from './issuer.rules.js';
import { keySettings } from './key.rules.js';
import { refuseUnknownNames } from './option-names.js';
import { acceptedTypes, coAudiences, maxTokenAge } from './policy.rules.js';
import { Problems } from './problems.js';
import { resourceSettings, type ResourceSettings } from './resource.rules.js';
import { scopeHierarchy } from './scope.rules.js';
import { maxCachedTokens } from './token-cache.rules.js';
import { checkUrl } from './url.rules.js';
import { ValueRules } from './value.rules.js';

/** The options, checked and completed: all that the rest of the library reads. */
export interface Settings {
  readonly issuers: readonly IssuerSettings[];
  readonly verification: VerificationSettings;
  readonly keys: KeySettings;
  readonly resource: ResourceSettings;
  readonly realm: string | undefined;
  readonly strategyName: string | undefined;
  readonly onRejection: AudienceAuthOptions['onRejection'];
  /** What works and is probably a mistake: for the log, at every boot. */
  readonly warnings: readonly string[];
}

export interface IssuerSettings {
  readonly location: {
    readonly issuer: string;
    readonly jwksUri?: string;
    readonly allowInsecureHttp: boolean;
  };
  readonly algorithms: ReadonlySet<SignatureAlgorithm>;
  readonly rules: PolicyRules;
}

const OPTIONS = [
  'issuer',
  'audience',
  'jwksUri',
  'allowInsecureHttp',
  'algorithms',
  'tokenProfile',
  'acceptTyp',
  'clockToleranceSeconds',
  'maxTokenAgeSeconds',
  'coAudiences',
  'authorizedParties',
  'scopeClaims',
  'scopeHierarchy',
  'maxTokenBytes',
  'global',
  'resource',
  'realm',
  'keys',
  'verifiedTokenCache',
  'strategyName',
  'exposeRawToken',
  'boundTokens',
  'onRejection',
] as const satisfies readonly (keyof AudienceAuthOptions)[];

const PROFILES = ['auto', 'rfc9068'] as const;

/**
 * Checks the options as a whole and completes them.
 *
 * @throws InvalidOptionsError that names every problem and how to mend it
 */
export function resolveOptions(options: AudienceAuthOptions): Settings {
  const problems = new Problems();
  if (typeof options !== 'object' || options === null) {
    problems.add('the options are missing. Give at least issuer and audience.');
    problems.throwIfAny();
  }
  refuseUnknownNames('', options, OPTIONS, problems);
  const values = new ValueRules(problems);

  const allowInsecureHttp = values.flag('allowInsecureHttp', options.allowInsecureHttp, false);
  if (allowInsecureHttp) {
    problems.warn(
      'allowInsecureHttp is on: whoever can read or change the traffic can mint tokens. Not for production.',
    );
  }
  const issuers = issuerList(options.issuer, allowInsecureHttp, problems);
  const issuerNames = issuers.map(({ issuer }) => issuer);
  const audience = audienceSet('audience', options.audience, issuerNames, problems);
  if (options.jwksUri !== undefined) {
    checkUrl('jwksUri', options.jwksUri, allowInsecureHttp, problems);
    if (issuers.length > 1)
      problems.add('jwksUri is for a single issuer; write issuer: [{ issuer, jwksUri }, …].');
  }
  const algorithms = algorithmSet(
    'algorithms',
    options.algorithms === undefined ? ALGORITHM_NAMES : options.algorithms,
    ALGORITHM_NAMES,
    problems,
  );
  const tokenProfile = values.oneOf('tokenProfile', options.tokenProfile, PROFILES, 'auto');
  const authorizedParties = values.names('authorizedParties', options.authorizedParties);
  const shared = {
    acceptTyp: acceptedTypes(values.list('acceptTyp', options.acceptTyp), problems),
    clockToleranceSeconds: values.number(
      'clockToleranceSeconds',
      options.clockToleranceSeconds,
      5,
      0,
      300,
    ),
    maxTokenAgeSeconds: maxTokenAge(options.maxTokenAgeSeconds, values),
    coAudiences: coAudiences(options.coAudiences, values),
    ...(authorizedParties && { authorizedParties }),
  };

  const issuerSettings = (entry: IssuerOptions): IssuerSettings => {
    const jwksUri = entry.jwksUri ?? options.jwksUri;
    return {
      location: {
        issuer: entry.issuer,
        allowInsecureHttp,
        ...(jwksUri !== undefined && { jwksUri }),
      },
      algorithms:
        entry.algorithms === undefined
          ? algorithms
          : algorithmSet('issuer.algorithms', entry.algorithms, ALGORITHM_NAMES, problems),
      rules: {
        ...shared,
        issuer: entry.issuer,
        audience:
          entry.audience === undefined
            ? audience
            : audienceSet('issuer.audience', entry.audience, issuerNames, problems),
        tokenProfile: values.oneOf(
          'issuer.tokenProfile',
          entry.tokenProfile,
          PROFILES,
          tokenProfile,
        ),
      },
    };
  };

  const settings: Settings = {
    issuers: issuers.map(issuerSettings),
    verification: {
      maxTokenBytes: values.whole('maxTokenBytes', options.maxTokenBytes, 16_384, 1),
      scopeClaims: [...(values.names('scopeClaims', options.scopeClaims) ?? ['scope', 'scp'])],
      scopeHierarchy: scopeHierarchy(options.scopeHierarchy, problems),
      exposeRawToken: values.flag('exposeRawToken', options.exposeRawToken, false),
      maxCachedTokens: maxCachedTokens(options.verifiedTokenCache, values, problems),
    },
    keys: keySettings(options.keys, values, problems),
    resource: resourceSettings(
      options.resource,
      audience,
      issuerNames,
      allowInsecureHttp,
      problems,
    ),
    realm: values.realm(options.realm),
    strategyName: values.name('strategyName', options.strategyName),
    onRejection: values.callback('onRejection', options.onRejection),
    warnings: problems.warnings,
  };
  // Read elsewhere, or not at all as long as there is but one answer.
  values.flag('global', options.global, true);
  values.oneOf('boundTokens', options.boundTokens, ['refuse'], 'refuse');
  problems.throwIfAny();
  return settings;
}
