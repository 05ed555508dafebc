import type { AudienceAuthOptions } from './audience-auth.options.js';
import { refuseUnknownNames } from './option-names.js';
import { kindOf, type Problems } from './problems.js';
import { isObject, type ValueRules } from './value.rules.js';

const BY_DEFAULT = 10_000;

/** The option `verifiedTokenCache`, as a number of tokens; 0: none. */
export function maxCachedTokens(
  options: AudienceAuthOptions['verifiedTokenCache'] = {},
  values: ValueRules,
  problems: Problems,
): number {
  if (options === false) return 0;
  if (!isObject(options)) {
    problems.add(
      `verifiedTokenCache is ${kindOf(options)}; give { maxEntries }, or false for no cache, or leave it out.`,
    );
    return BY_DEFAULT;
  }
  refuseUnknownNames('verifiedTokenCache.', options, ['maxEntries'], problems);
  return values.whole('verifiedTokenCache.maxEntries', options.maxEntries, BY_DEFAULT, 1);
}
