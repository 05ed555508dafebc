import { policy, type PolicyRules } from '../../lib/policy/policy.js';
import { AUDIENCE, validClaims, validHeader, type Claims } from '../support/tokens.js';

export const ISSUER = 'https://auth.example.com';
export const NOW = 1_800_000_000;

export const RULES: PolicyRules = {
  issuer: ISSUER,
  audience: new Set([AUDIENCE]),
  coAudiences: 'any',
  clockToleranceSeconds: 5,
  maxTokenAgeSeconds: 3600,
  tokenProfile: 'auto',
  acceptTyp: new Set(),
};

export type Verdict = ReturnType<ReturnType<typeof policy>>;

/** What the policy says of a token that is good but for this. */
export function verdict(
  claims: Claims = {},
  header: Claims = {},
  rules: Partial<PolicyRules> = {},
): Verdict {
  const good = { ...validClaims(ISSUER), iat: NOW, exp: NOW + 600 };
  const spoilt = { ...good, ...claims };
  const present = Object.entries(spoilt).filter(([, value]) => value !== undefined);
  return policy({ ...RULES, ...rules })(
    {
      header: { ...validHeader('ES256', 'key'), ...header },
      claims: Object.assign(Object.create(null) as object, Object.fromEntries(present)),
    },
    NOW,
  );
}
