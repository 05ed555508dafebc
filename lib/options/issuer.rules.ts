import type { SignatureAlgorithm } from '../keys/algorithms.js';
import type { IssuerOptions } from './audience-auth.options.js';
import { refuseUnknownNames } from './option-names.js';
import { kindOf, type Problems } from './problems.js';
import { checkUrl } from './url.rules.js';
import { isObject } from './value.rules.js';

const ISSUER_OPTIONS = ['issuer', 'jwksUri', 'audience', 'algorithms', 'tokenProfile'];

/** The entries of the option `issuer`, each in its long form; every doubt is a problem. */
export function issuerList(
  value: unknown,
  allowInsecureHttp: boolean,
  problems: Problems,
): IssuerOptions[] {
  const entries: readonly unknown[] = Array.isArray(value) ? Array.from(value) : [value];
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
  const where = long === entry ? 'issuer.issuer' : 'issuer';
  if (typeof issuer !== 'string' || issuer === '') {
    problems.add(`${where} is ${kindOf(issuer)}. ${REMEDY}`);
    return [];
  }
  if (!checkUrl(where, issuer, allowInsecureHttp, problems)) return [];
  const objection = objectionTo(issuer);
  if (objection !== undefined) problems.add(`${where} ${objection} ${REMEDY}`);
  return [long as unknown as IssuerOptions];
}

function objectionTo(issuer: string): string | undefined {
  if (/[?#]/.test(issuer)) return 'has a query or fragment, which RFC 8414 §2 forbids.';
  if (issuer.includes('/.well-known/')) return 'is the URL of a metadata document.';
  if (/^https:\/\/login\.microsoftonline\.com\/(?:common|organizations|consumers)\b/.test(issuer))
    return 'stands for many tenants, and no token has it in "iss".';
  return undefined;
}

function repetitions(issuers: readonly IssuerOptions[]): Set<string> {
  const names = issuers.map(({ issuer }) => issuer);
  return new Set(names.filter((name, index) => names.indexOf(name) !== index));
}

/** Adds problems for what is no list of algorithms of this library. */
export function algorithmSet(
  where: string,
  value: unknown,
  known: readonly SignatureAlgorithm[],
  problems: Problems,
): ReadonlySet<SignatureAlgorithm> {
  const remedy = `Give an array of ${known.join(', ')}.`;
  const list: readonly unknown[] = Array.isArray(value) ? Array.from(value) : [];
  if (list.length === 0) {
    problems.add(`${where} is ${kindOf(value)}. ${remedy}`);
    return new Set();
  }
  const unsupported = list.filter((each) => !(known as readonly unknown[]).includes(each));
  if (unsupported.length > 0) {
    const named = unsupported.map((each) => (isPlainName(each) ? each : kindOf(each)));
    problems.add(
      `${where} contains ${named.join(', ')}. Only asymmetric algorithms are supported: ` +
        `with a shared secret every service could mint tokens for every other. ${remedy}`,
    );
  }
  return new Set(list as SignatureAlgorithm[]);
}

/** Short enough to be the name of an algorithm and not a secret. */
function isPlainName(value: unknown): value is string {
  return typeof value === 'string' && /^[\w+-]{1,20}$/.test(value);
}
