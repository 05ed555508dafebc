import { mediaType } from '../policy/media-type.js';
import type { Problems } from './problems.js';
import type { ValueRules } from './value.rules.js';

/** What says nothing of the kind of token, and the types of other kinds (RFC 8725 §3.11 and the registry of media types). */
const NO_ACCESS_TOKENS = [
  'jwt',
  'logout+jwt',
  'secevent+jwt',
  'dpop+jwt',
  'id_token+jwt',
  'token-introspection+jwt',
  'oauth-authz-req+jwt',
  'oauth-id-jag+jwt',
];

/** The option `acceptTyp`, in the form in which types are compared. */
export function acceptedTypes(
  types: Iterable<string> = [],
  problems: Problems,
): ReadonlySet<string> {
  const accepted = new Set([...types].map(mediaType));
  const others = NO_ACCESS_TOKENS.filter((type) => accepted.has(type));
  if (others.length > 0) {
    problems.add(
      `acceptTyp contains ${others.join(', ')}, which would let in tokens of other kinds; remove it.`,
    );
  }
  return accepted;
}

/** The option `coAudiences`. */
export function coAudiences(value: unknown, values: ValueRules): 'any' | ReadonlySet<string> {
  if (typeof value !== 'string') return values.list('coAudiences', value) ?? 'any';
  return values.oneOf('coAudiences (a string)', value, ['any'] as const, 'any');
}

/** The option `maxTokenAgeSeconds`. */
export function maxTokenAge(value: unknown, values: ValueRules): number | false {
  return value === false ? false : values.number('maxTokenAgeSeconds (or false)', value, 86_400, 1);
}
