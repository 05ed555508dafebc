import { kindOf, type Problems } from './problems.js';
import { isPlaceholder } from './url.rules.js';

const GUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/**
 * The audiences of an option, made into the set that tokens are compared with; every doubt is a problem, since an
 * audience that is unset, shared or a pattern is the hole that this module closes.
 *
 * @param where the option, as messages name it
 * @param issuers the identifiers of the trusted issuers, none of which may be an audience
 */
export function audienceSet(
  where: string,
  value: unknown,
  issuers: readonly string[],
  problems: Problems,
): ReadonlySet<string> {
  const list: readonly unknown[] = Array.isArray(value) ? Array.from(value) : [value];
  if (list.length === 0) problems.add(`${where} is an empty array. ${REMEDY}`);
  const audiences = list.filter((each): each is string =>
    isAudience(where, each, issuers, problems),
  );
  return new Set(audiences.flatMap(rootSlashPair));
}

const REMEDY = 'Give the identifier of this service that the authorization server puts into "aud".';

function isAudience(
  where: string,
  value: unknown,
  issuers: readonly string[],
  problems: Problems,
): value is string {
  const objection = typeof value === 'string' ? objectionTo(value, issuers) : undefined;
  if (typeof value !== 'string' || value.trim() === '') {
    problems.add(
      `${where} is ${typeof value === 'string' && value !== '' ? 'blank' : kindOf(value)}. ${REMEDY}`,
    );
    return false;
  }
  if (objection !== undefined) {
    problems.add(`${where} ${objection} ${REMEDY}`);
    return false;
  }
  if (value.includes(','))
    problems.warn(`${where} contains a comma; several audiences are an array.`);
  if (value === 'api://default' || (!/[:.]/.test(value) && !GUID.test(value))) {
    problems.warn(
      `${where} is so general that another service may have it too; prefer the URL of this service.`,
    );
  }
  return true;
}

function objectionTo(audience: string, issuers: readonly string[]): string | undefined {
  if (/\p{Cc}/u.test(audience)) return 'contains control characters.';
  if (audience !== audience.trim()) return 'begins or ends with white space.';
  if (audience.includes('*'))
    return 'contains *, but audiences are compared exactly, not as patterns.';
  if (isPlaceholder(audience)) return 'contains a placeholder that was not filled in.';
  if (audience === 'account')
    return 'is "account", which Keycloak puts into every token of a realm, whatever service it is for.';
  const issuer = issuers.find((each) => isOf(each, audience));
  if (issuer !== undefined)
    return `is the authorization server's own (${issuer}), not this service's.`;
  return undefined;
}

function isOf(issuer: string, audience: string): boolean {
  const base = issuer.replace(/\/$/, '');
  return [base, `${base}/`, `${base}/userinfo`].includes(audience);
}

/** RFC 3986 §6.2.3: an empty path and `/` are one URL, and clients send either. Nowhere else does a slash not count. */
function rootSlashPair(audience: string): string[] {
  const root = /^(https?:\/\/[^/?#]+)\/?$/i.exec(audience)?.[1];
  return root === undefined ? [audience] : [root, `${root}/`];
}
