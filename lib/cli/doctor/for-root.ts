import type { SigningKeySet } from '../../keys/signing-key-set.js';
import type { AudienceAuthOptions } from '../../options/audience-auth.options.js';
import { InvalidOptionsError } from '../../options/problems.js';
import { resolveOptions, type Settings } from '../../options/settings.js';
import { ScopeReader } from '../../verification/scopes.js';
import { inspect, type Inspection } from '../inspect/inspection.js';
import { insecureHttp } from '../service-settings.js';
import { visible } from '../terminal.js';
import type { Trial } from './trials.js';

/** What is known of the tokens for one service. */
export interface ServiceTokens {
  readonly issuer: string;
  /** What the service is called in `aud`. */
  readonly audience: string;
  /** What a client calls it. */
  readonly resource?: string;
  readonly trial: Trial;
  readonly keys: SigningKeySet | string;
  readonly scopes: readonly string[];
}

/** Options for a service, and what it would say of the token that they were made for. */
export interface Fit {
  readonly options: AudienceAuthOptions;
  readonly settings: Settings;
  readonly inspection?: Inspection;
}

/**
 * The strictest options under which the token of a service is let in; or, if it is let in under none, the plainest.
 *
 * @throws InvalidOptionsError if the service cannot be called what it is called
 */
export function fit(tokens: ServiceTokens, now: number): Fit {
  const { issuer, audience, resource, trial } = tokens;
  const plain: AudienceAuthOptions = {
    issuer,
    audience,
    ...insecureHttp(issuer),
    ...(resource !== undefined &&
      resource !== audience &&
      isUrl(resource) && { resource: { url: resource } }),
    ...otherScopeClaim(tokens),
  };
  const typ = trial.jws?.header.typ;
  const choices: AudienceAuthOptions[] = [
    { ...plain, tokenProfile: 'rfc9068' },
    plain,
    ...(typeof typ === 'string' ? [{ ...plain, acceptTyp: [typ] }] : []),
  ];
  const fits = choices.flatMap((options) => judged(options, tokens, now));
  const chosen = fits.find(({ inspection }) => inspection?.verdict === 'let in');
  return (
    chosen ?? { options: plain, settings: resolveOptions(plain), ...judgedOnly(plain, tokens, now) }
  );
}

/** What a service with these settings says of a token. */
export function judge(
  token: string,
  settings: Settings,
  keys: SigningKeySet | string,
  now: number,
): Inspection {
  return inspect(
    token,
    { settings, issuerGiven: true, audienceGiven: true, scopes: [], keys },
    now,
  );
}

function judgedOnly(
  options: AudienceAuthOptions,
  { trial, keys }: ServiceTokens,
  now: number,
): Pick<Fit, 'inspection'> {
  if (trial.token === undefined) return {};
  return { inspection: judge(trial.token, resolveOptions(options), keys, now) };
}

/** Nothing for options that no service could be set up with, such as a `typ` that marks another kind of token. */
function judged(options: AudienceAuthOptions, tokens: ServiceTokens, now: number): Fit[] {
  try {
    return [{ options, settings: resolveOptions(options), ...judgedOnly(options, tokens, now) }];
  } catch (error) {
    if (error instanceof InvalidOptionsError) return [];
    throw error;
  }
}

/** A claim of another name that holds all the scopes that were asked for, if those of the usual names do not. */
function otherScopeClaim({ trial, scopes }: ServiceTokens): { scopeClaims?: [string] } {
  const { claims } = trial.jws ?? {};
  if (claims === undefined || scopes.length === 0) return {};
  const holdsAll = (names: readonly string[]): boolean => {
    const { all } = new ScopeReader(names, new Map()).read(claims);
    return scopes.every((scope) => all.has(scope));
  };
  if (holdsAll(['scope', 'scp'])) return {};
  const other = Object.keys(claims).find((name) => holdsAll([name]));
  return other === undefined ? {} : { scopeClaims: [other] };
}

function isUrl(text: string): boolean {
  return /^https?:\/\//.test(text) && URL.canParse(text);
}

/** The options as they are written in an application. */
export function forRootText(options: AudienceAuthOptions): string {
  const lines = Object.entries(options).map(([name, value]) => `  ${name}: ${literal(value)},`);
  return ['AudienceAuthModule.forRoot({', ...lines, '})'].join('\n');
}

function literal(value: unknown): string {
  if (typeof value === 'string') {
    const inner = JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
    return `'${visible(inner)}'`;
  }
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  return `{ ${Object.entries(value)
    .map(([name, each]) => `${name}: ${literal(each)}`)
    .join(', ')} }`;
}
