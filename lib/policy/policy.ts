import { audience, type AudienceRule } from './audience.check.js';
import { binding } from './binding.check.js';
import type { Check } from './check.js';
import { claimTypes } from './claim-types.check.js';
import { issuer } from './issuer.check.js';
import { lifetime, type LifetimeRule } from './lifetime.check.js';
import { party } from './party.check.js';
import { requiredClaims } from './required-claims.check.js';
import { tokenKind, type TokenKindRule } from './token-kind.check.js';

/** What one issuer's tokens are measured against. */
export interface PolicyRules extends AudienceRule, LifetimeRule, TokenKindRule {
  readonly issuer: string;
  /** Clients whose tokens are let in; any, where absent. */
  readonly authorizedParties?: ReadonlySet<string>;
}

/**
 * The checks of RFC 9068 §4 and RFC 7519 §7.2 that are left once the signature is good, in order, as one check: the
 * first reason found is the answer.
 */
export function policy(rules: PolicyRules): Check {
  const checks: readonly Check[] = [
    issuer(rules.issuer),
    claimTypes,
    lifetime(rules),
    audience(rules),
    tokenKind(rules),
    ...(rules.tokenProfile === 'rfc9068' ? [requiredClaims] : []),
    ...(rules.authorizedParties ? [party(rules.authorizedParties)] : []),
    binding,
  ];
  return (token, now) => {
    for (const check of checks) {
      const reason = check(token, now);
      if (reason !== undefined) return reason;
    }
    return undefined;
  };
}
