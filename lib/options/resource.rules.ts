import type { ResourceOptions } from './audience-auth.options.js';
import { checkUrl } from './issuer.rules.js';
import { refuseUnknownNames } from './option-names.js';
import { kindOf, type Problems } from './problems.js';
import { isSecureUrl } from '../keys/secure-url.js';

/** The protected resources of this service, and what is said of them (RFC 9728 §2). */
export interface ResourceSettings {
  /** The resource identifiers; the first is the one that challenges point to. None: no metadata. */
  readonly urls: readonly string[];
  readonly authorizationServers: readonly string[];
  readonly scopesSupported?: readonly string[];
  readonly name?: string;
  readonly documentation?: string;
  readonly policy?: string;
  readonly termsOfService?: string;
}

const TEXTS = ['name', 'documentation', 'policy', 'termsOfService'] as const;

/** The option `resource`, checked and completed from the audiences. */
export function resourceSettings(
  options: ResourceOptions | false = {},
  audience: ReadonlySet<string>,
  authorizationServers: readonly string[],
  allowInsecureHttp: boolean,
  problems: Problems,
): ResourceSettings {
  if (options === false) return { urls: [], authorizationServers };
  if (typeof options !== 'object' || options === null) {
    problems.add(`resource is ${kindOf(options)}; give an object, or false for no metadata.`);
    return { urls: [], authorizationServers };
  }
  refuseUnknownNames('resource.', options, ['url', 'scopesSupported', ...TEXTS], problems);
  for (const name of TEXTS) {
    const text: unknown = options[name];
    if (text !== undefined && typeof text !== 'string')
      problems.add(`resource.${name} is ${kindOf(text)}; give a string.`);
  }
  const { url, ...said } = options;
  if (url !== undefined) checkResourceUrl(url, allowInsecureHttp, problems);
  checkScopes(options.scopesSupported, problems);
  return {
    ...said,
    urls: url === undefined ? resourcesAmong(audience, allowInsecureHttp) : [url],
    authorizationServers,
  };
}

/** A root URL stands in the audiences with and without its slash; clients are told the shorter form. */
function resourcesAmong(audience: ReadonlySet<string>, allowInsecureHttp: boolean): string[] {
  return [...audience].filter(
    (each) =>
      isSecureUrl(each, allowInsecureHttp) &&
      isServable(each) &&
      !(each.endsWith('/') && new URL(each).pathname === '/'),
  );
}

function checkResourceUrl(url: unknown, allowInsecureHttp: boolean, problems: Problems): void {
  checkUrl('resource.url', url, allowInsecureHttp, problems);
  if (typeof url !== 'string' || isServable(url)) return;
  problems.add(
    'resource.url has a fragment, which RFC 9728 §1.2 forbids, or quotes, backslashes, asterisks or white space; ' +
      'remove or encode them.',
  );
}

/** Whether its metadata can have a route of its own, on every HTTP adapter. */
function isServable(url: string): boolean {
  // Percent signs that encode nothing make Fastify's router give up.
  return !/[#"\\*\s]|%(?![\da-f]{2})/i.test(url);
}

function checkScopes(scopes: unknown, problems: Problems): void {
  if (scopes === undefined) return;
  if (!Array.isArray(scopes) || !scopes.every((each) => typeof each === 'string')) {
    problems.add(`resource.scopesSupported is ${kindOf(scopes)}; give an array of scopes.`);
  } else if (scopes.includes('offline_access')) {
    problems.add(
      'resource.scopesSupported contains offline_access, which grants nothing at a resource server; remove it.',
    );
  }
}
