import { isAlgorithm } from '../../keys/algorithms.js';
import type { SigningKeySet } from '../../keys/signing-key-set.js';
import type { IssuerSettings, Settings } from '../../options/settings.js';
import { policyChecks, type NamedCheck } from '../../policy/policy.js';
import type { RejectionReason } from '../../rejection/rejections.js';
import { bearerToken, isB64Token } from '../../verification/bearer-token.js';
import { parseCompactJws, type CompactJws } from '../../verification/compact-jws.js';
import { ScopeReader } from '../../verification/scopes.js';
import { signedWith } from '../../verification/signature.js';
import { explanation } from './explanations.js';
import { structureFault } from './structure.js';

/** What a token is to be measured against. */
export interface Expectations {
  /** What a service with these options would go by. */
  readonly settings: Settings;
  /** Whether the issuer was given, or stands in the settings because something has to. */
  readonly issuerGiven: boolean;
  /** The same of the audience. */
  readonly audienceGiven: boolean;
  /** The scopes that are needed. */
  readonly scopes: readonly string[];
  /** The keys of the issuer, or why there are none. */
  readonly keys: SigningKeySet | string;
}

/** What came of one check. */
export interface CheckOutcome {
  readonly name: string;
  readonly outcome: 'passed' | 'failed' | 'undecided';
  /** Why the token would be refused. */
  readonly reason?: RejectionReason;
  /** What was found, or why nobody can say: a sentence without a full stop. */
  readonly detail?: string;
}

/** All that is found out about a token. */
export interface Inspection {
  readonly verdict: 'let in' | 'refused' | 'cannot say';
  /** The reason that a service would give: that of the first check that failed. */
  readonly reason?: RejectionReason;
  readonly header?: Readonly<Record<string, unknown>>;
  readonly claims?: Readonly<Record<string, unknown>>;
  /** In the order in which a service goes through them. */
  readonly checks: readonly CheckOutcome[];
}

/**
 * Asks of a token all that a service would ask, in the same order and with the same checks, but goes on where a service
 * would stop.
 *
 * @param now seconds since the epoch
 */
export function inspect(token: string, expected: Expectations, now: number): Inspection {
  const { settings } = expected;
  const [issuer] = settings.issuers as readonly [IssuerSettings];
  const bearer = bearerToken(headerWith(token), settings.verification.maxTokenBytes);
  if (typeof bearer === 'string') return concluded([failed('bearer token', bearer)]);

  const jws = parseCompactJws(bearer.token, new Map());
  if (typeof jws === 'string') {
    const reason = jws === 'token_malformed' && !isB64Token(token) ? 'request_malformed' : jws;
    const { detail, ...parts } = structureFault(token);
    return concluded([passed('bearer token'), failed('structure', reason, detail)], parts);
  }
  const [first, ...others] = policyChecks(issuer.rules);
  const asked = (named: NamedCheck): CheckOutcome => askedOfClaims(named, jws, expected, now);
  return concluded(
    [
      passed('bearer token'),
      passed('structure'),
      // Of this issuer alone are the keys that the signature is verified with.
      ...(first ? [asked(first)] : []),
      ...signatureChecks(jws, issuer, expected.keys),
      ...others.map(asked),
      ...scopeCheck(jws, expected),
    ],
    jws,
  );
}

function headerWith(token: string): Parameters<typeof bearerToken>[0] {
  const authorization = `Bearer ${token}`;
  return { headers: { authorization }, rawHeaders: ['Authorization', authorization] };
}

function signatureChecks(
  jws: CompactJws,
  { algorithms }: IssuerSettings,
  keys: SigningKeySet | string,
): CheckOutcome[] {
  const { algorithm } = jws;
  if (!isAlgorithm(algorithm) || !algorithms.has(algorithm)) {
    return [
      failed('algorithm', 'algorithm_not_allowed', explanation('algorithm_not_allowed', { jws })),
      undecided('signature', 'an algorithm that is not allowed is not tried'),
    ];
  }
  if (typeof keys === 'string') return [passed('algorithm'), undecided('signature', keys)];
  const key = signedWith(jws, algorithm, keys);
  return [
    passed('algorithm'),
    typeof key === 'string'
      ? failed('signature', key, explanation(key, { jws, keys }))
      : passed('signature'),
  ];
}

function askedOfClaims(
  { name, check }: NamedCheck,
  jws: CompactJws,
  { settings, issuerGiven, audienceGiven }: Expectations,
  now: number,
): CheckOutcome {
  const reason = check(jws, now);
  const { iss } = jws.claims;
  if (name === 'issuer' && !issuerGiven && typeof iss === 'string')
    return undecided(name, 'there is nothing to compare it with: give --issuer');
  if (
    name === 'audience' &&
    !audienceGiven &&
    (reason ?? 'audience_mismatch') === 'audience_mismatch'
  )
    return undecided(name, 'there is nothing to compare it with: give --audience');
  if (reason === undefined) return passed(name);
  const rules = settings.issuers[0]?.rules;
  return failed(name, reason, explanation(reason, { jws, check, now, ...(rules && { rules }) }));
}

function scopeCheck(jws: CompactJws, { settings, scopes }: Expectations): CheckOutcome[] {
  if (scopes.length === 0) return [];
  const { scopeClaims, scopeHierarchy } = settings.verification;
  const { all } = new ScopeReader(scopeClaims, scopeHierarchy).read(jws.claims);
  const missing = scopes.filter((scope) => !all.has(scope));
  if (missing.length === 0) return [passed('scopes')];
  return [
    failed(
      'scopes',
      'scope_insufficient',
      explanation('scope_insufficient', { jws, missing, granted: [...all] }),
    ),
  ];
}

function concluded(
  checks: readonly CheckOutcome[],
  { header, claims }: Pick<Inspection, 'header' | 'claims'> = {},
): Inspection {
  const reason = checks.find(({ outcome }) => outcome === 'failed')?.reason;
  const isUndecided = checks.some(({ outcome }) => outcome === 'undecided');
  return {
    verdict: reason !== undefined ? 'refused' : isUndecided ? 'cannot say' : 'let in',
    ...(reason !== undefined && { reason }),
    ...(header !== undefined && { header }),
    ...(claims !== undefined && { claims }),
    checks,
  };
}

function passed(name: string): CheckOutcome {
  return { name, outcome: 'passed' };
}

function undecided(name: string, detail: string): CheckOutcome {
  return { name, outcome: 'undecided', detail };
}

function failed(name: string, reason: RejectionReason, detail?: string): CheckOutcome {
  return { name, outcome: 'failed', reason, ...(detail !== undefined && { detail }) };
}
