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

/** A check with the name by which it is spoken of. */
export interface NamedCheck {
  readonly name: string;
  readonly check: Check;
}

/** The checks of RFC 9068 §4 and RFC 7519 §7.2 that are left once the signature is good, in order. */
export function policyChecks(rules: PolicyRules): readonly NamedCheck[] {
  return [
    { name: 'issuer', check: issuer(rules.issuer) },
    { name: 'claim types', check: claimTypes },
    { name: 'lifetime', check: lifetime(rules) },
    { name: 'audience', check: audience(rules) },
    { name: 'token kind', check: tokenKind(rules) },
    ...(rules.tokenProfile === 'rfc9068'
      ? [{ name: 'required claims', check: requiredClaims }]
      : []),
    ...(rules.authorizedParties ? [{ name: 'client', check: party(rules.authorizedParties) }] : []),
    { name: 'binding', check: binding },
  ];
}

/** {@link policyChecks} as one check: the first reason found is the answer. */
export function policy(rules: PolicyRules): Check {
  const checks = policyChecks(rules).map(({ check }) => check);
  return (token, now) => {
    for (const check of checks) {
      const reason = check(token, now);
      if (reason !== undefined) return reason;
    }
    return undefined;
  };
}
