import type { ResourceOptions } from './resource.options.js';
import { refuseUnknownNames } from './option-names.js';
import { kindOf, type Problems } from './problems.js';
import { isSecureUrl } from '../keys/secure-url.js';
import { checkUrl } from './url.rules.js';
import { isObject } from './value.rules.js';

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
  if (!isObject(options)) {
    problems.add(
      `resource is ${kindOf(options)}; give an object such as { url }, or false for no metadata.`,
    );
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
  const urls = url === undefined ? resourcesAmong(audience, allowInsecureHttp) : [url];
  const paths = urls.filter((each) => URL.canParse(each)).map((each) => new URL(each).pathname);
  if (new Set(paths).size < paths.length) {
    problems.warn(
      'two audiences differ in their host only; there is metadata for the first of them.',
    );
  }
  return { ...said, urls, authorizationServers };
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
  if (!checkUrl('resource.url', url, allowInsecureHttp, problems) || isServable(url)) return;
  problems.add(
    'resource.url has a fragment, which RFC 9728 §1.2 forbids, or quotes, backslashes, asterisks, white space or encoded ' +
      'delimiters; choose a plainer URL.',
  );
}

/** Whether its metadata can have a route of its own, on every HTTP adapter. */
function isServable(url: string): boolean {
  if (/[#"\\*\s]/.test(url)) return false;
  try {
    // Fastify's router compares decoded paths, and knows * for a wildcard.
    return !/[*%]/.test(decodeURI(new URL(url).pathname));
  } catch {
    return false;
  }
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
