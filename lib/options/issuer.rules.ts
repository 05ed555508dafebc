import type { SignatureAlgorithm } from '../keys/algorithms.js';
import type { IssuerOptions } from './audience-auth.options.js';
import { refuseUnknownNames } from './option-names.js';
import { kindOf, type Problems } from './problems.js';
import { isSecureUrl } from '../keys/secure-url.js';

const ISSUER_OPTIONS = ['issuer', 'jwksUri', 'audience', 'algorithms', 'tokenProfile'];

/** The entries of the option `issuer`, each in its long form; every doubt is a problem. */
export function issuerList(
  value: unknown,
  allowInsecureHttp: boolean,
  problems: Problems,
): IssuerOptions[] {
  const entries: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (entries.length === 0) problems.add(`issuer is an empty array. ${REMEDY}`);
  const issuers = entries.flatMap((entry) => issuerEntry(entry, allowInsecureHttp, problems));
  for (const repeated of repetitions(issuers))
    problems.add(`issuer names ${repeated} twice; once is enough.`);
  return issuers;
}

const REMEDY =
  'Give the issuer identifier of the authorization server, exactly as it stands in "iss".';

function issuerEntry(
  entry: unknown,
  allowInsecureHttp: boolean,
  problems: Problems,
): IssuerOptions[] {
  const long = isObject(entry) ? entry : { issuer: entry };
  refuseUnknownNames('issuer.', long, ISSUER_OPTIONS, problems);
  const { issuer, jwksUri } = long as { issuer?: unknown; jwksUri?: unknown };
  if (jwksUri !== undefined) checkUrl('jwksUri', jwksUri, allowInsecureHttp, problems);
  if (typeof issuer !== 'string' || issuer === '') {
    problems.add(`issuer is ${kindOf(issuer)}. ${REMEDY}`);
    return [];
  }
  checkUrl('issuer', issuer, allowInsecureHttp, problems);
  if (/[?#]/.test(issuer))
    problems.add('issuer has a query or fragment, which RFC 8414 §2 forbids.');
  if (/[{}]/.test(issuer)) problems.add('issuer contains a placeholder that was not filled in.');
  return [long as unknown as IssuerOptions];
}

/** Adds a problem if the value is no URL that may be trusted to lead to its server. */
export function checkUrl(
  where: string,
  value: unknown,
  allowInsecureHttp: boolean,
  problems: Problems,
): void {
  if (typeof value !== 'string' || !URL.canParse(value)) {
    problems.add(
      `${where} is ${typeof value === 'string' && value !== '' ? 'not a URL' : kindOf(value)}; give an https URL.`,
    );
  } else if (!isSecureUrl(value, allowInsecureHttp)) {
    problems.add(
      `${where} is not https. Only loopback hosts may be reached over http; ` +
        'for a container network in development there is allowInsecureHttp: true.',
    );
  }
}

function repetitions(issuers: readonly IssuerOptions[]): Set<string> {
  const names = issuers.map(({ issuer }) => issuer);
  return new Set(names.filter((name, index) => names.indexOf(name) !== index));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !(value instanceof RegExp) &&
    !Array.isArray(value)
  );
}

/** Adds problems for what is no list of algorithms of this library. */
export function algorithmSet(
  where: string,
  value: unknown,
  known: readonly SignatureAlgorithm[],
  problems: Problems,
): ReadonlySet<SignatureAlgorithm> {
  const remedy = `Give an array of ${known.join(', ')}.`;
  if (!Array.isArray(value) || value.length === 0) {
    problems.add(`${where} is ${kindOf(value)}. ${remedy}`);
    return new Set();
  }
  const unsupported = value.filter((each) => !(known as readonly unknown[]).includes(each));
  if (unsupported.length > 0) {
    problems.add(
      `${where} contains ${unsupported.map(String).join(', ')}. Only asymmetric algorithms are supported: ` +
        `with a shared secret every service could mint tokens for every other. ${remedy}`,
    );
  }
  return new Set(value as SignatureAlgorithm[]);
}
