import type { Check } from './check.js';

export interface AudienceRule {
  /** The identifiers of this resource server. Never empty. */
  readonly audience: ReadonlySet<string>;
  /** Audiences that a token may name beside ours. */
  readonly coAudiences: 'any' | ReadonlySet<string>;
}

/**
 * RFC 9068 §4, RFC 7519 §4.1.3: the token was minted for this resource server. The reason this library exists.
 *
 * Exact, case-sensitive comparison of whole strings. A claim that is not a string or a non-empty array of strings is
 * refused even where one element would match. Reasons: `audience_missing`, `audience_malformed`,
 * `audience_mismatch`, `audience_not_exclusive`.
 */
export function audience({ audience: ours, coAudiences }: AudienceRule): Check {
  return ({ claims: { aud } }) => {
    if (aud === undefined) return 'audience_missing';
    if (typeof aud === 'string') return ours.has(aud) ? undefined : 'audience_mismatch';
    if (!isListOfStrings(aud)) return 'audience_malformed';
    if (!aud.some((each) => ours.has(each))) return 'audience_mismatch';
    if (coAudiences === 'any') return undefined;
    return aud.every((each) => ours.has(each) || coAudiences.has(each))
      ? undefined
      : 'audience_not_exclusive';
  };
}

function isListOfStrings(value: unknown): value is readonly string[] {
  return (
    Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === 'string')
  );
}
