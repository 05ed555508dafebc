import { quoted } from '../../keys/json-document.js';
import type { SigningKeySet } from '../../keys/signing-key-set.js';
import type { Check } from '../../policy/check.js';
import type { PolicyRules } from '../../policy/policy.js';
import type { RejectionReason } from '../../rejection/rejections.js';
import type { CompactJws } from '../../verification/compact-jws.js';
import { nearMiss } from './near-miss.js';
import { distance, duration } from './times.js';

/** What is known where a check fails. */
interface Circumstances {
  readonly jws: CompactJws;
  readonly check?: Check;
  readonly rules?: PolicyRules;
  readonly now?: number;
  readonly keys?: SigningKeySet;
  /** Scopes that are needed and not granted. */
  readonly missing?: readonly string[];
  readonly granted?: readonly string[];
}

/** What of this very token leads to the reason: a sentence without a full stop. */
export function explanation(reason: RejectionReason, found: Circumstances): string | undefined {
  return EXPLANATIONS[reason]?.(found);
}

const EXPLANATIONS: Partial<Record<RejectionReason, (found: Circumstances) => string | undefined>> =
  {
    issuer_untrusted: ({ jws: { claims }, rules }) =>
      compared('iss', [claims.iss], [rules?.issuer ?? '']),
    audience_mismatch: ({ jws: { claims }, rules }) =>
      [compared('aud', listOf(claims.aud), [...(rules?.audience ?? [])]), clientAsAudience(claims)]
        .filter((each) => each !== undefined)
        .join('; '),
    audience_malformed: ({ jws: { claims } }) => `aud is ${quoted(claims.aud)}`,
    algorithm_not_allowed: ({ jws, keys }) =>
      keys === undefined
        ? `alg is ${quoted(jws.algorithm)}`
        : `alg is ${quoted(jws.algorithm)}, which does not belong to the key ${quoted(jws.kid)}`,
    key_unknown: ({ jws, keys }) =>
      `kid is ${quoted(jws.kid)}, and the issuer publishes ${kidsOf(keys)}`,
    signature_invalid: ({ jws }) =>
      jws.kid === undefined
        ? 'it is that of none of the keys'
        : `it is not that of the key ${quoted(jws.kid)}`,
    token_expired: ({ jws: { claims }, now = 0 }) =>
      `it expired ${distance(Number(claims.exp) - now)}`,
    token_not_yet_valid: ({ jws: { claims }, now = 0 }) =>
      ['nbf', 'iat']
        .filter((name) => Number(claims[name]) > now)
        .map((name) => `${name} is ${distance(Number(claims[name]) - now)}`)
        .join(', '),
    token_too_old: ({ jws: { claims }, now = 0 }) =>
      `it was issued ${duration(now - Number(claims.iat))} ago`,
    time_claim_malformed: ({ jws: { claims } }) =>
      ['exp', 'nbf', 'iat']
        .filter((name) => claims[name] !== undefined)
        .map((name) => `${name} is ${quoted(claims[name])}`)
        .join(', '),
    token_malformed: spoilers,
    token_kind_unexpected: (found) =>
      spoilers(found) ?? 'nothing in it shows that it is an access token',
    scope_insufficient: ({ missing = [], granted = [] }) =>
      missing.map((scope) => `${quoted(scope)} is missing${alike(scope, granted)}`).join(', '),
  };

/** Each value of a claim that comes near to what is expected, or else what is there. */
function compared(claim: string, values: readonly unknown[], expected: readonly string[]): string {
  for (const value of values) {
    for (const each of expected) {
      const near = typeof value === 'string' ? nearMiss(value, each) : undefined;
      if (near !== undefined)
        return `${claim} is ${quoted(value)}; ${quoted(each)} was expected, and it ${near}`;
    }
  }
  return `${claim} is ${values.map(quoted).join(', ')}; ${expected.map(quoted).join(' or ')} was expected`;
}

/** OpenID Connect Core §2: the audience of an ID token is its client. */
function clientAsAudience(claims: CompactJws['claims']): string | undefined {
  const client = [claims.azp, claims.client_id].find((each) => typeof each === 'string');
  return client !== undefined && listOf(claims.aud).includes(client)
    ? 'that is the client itself: this may be an ID token'
    : undefined;
}

/** The members of header or claims that would spoil any token: so it is for them that this one is refused. */
function spoilers({ jws, check, now = 0 }: Circumstances): string | undefined {
  const isRefused = (header: Members, claims: Members): boolean =>
    check?.({ header: bare(header), claims: bare(claims) }, now) !== undefined;
  const good = { scope: '' };
  if (isRefused({}, good)) return undefined;
  const names = [
    ...Object.entries(jws.header)
      .filter(([name, value]) => isRefused({ [name]: value }, good))
      .map(([name, value]) => `${name} ${quoted(value)} in the header`),
    ...Object.entries(jws.claims)
      .filter(([name, value]) => isRefused({}, { ...good, [name]: value }))
      .map(([name]) => name),
  ];
  return names.length === 0 ? undefined : `because of ${names.join(', ')}`;
}

type Members = Readonly<Record<string, unknown>>;

/** Without a prototype, as checks have it. */
function bare(members: Members): Members {
  return Object.setPrototypeOf({ ...members }, null) as Members;
}

function alike(scope: string, granted: readonly string[]): string {
  const near = granted.find((each) => nearMiss(each, scope) !== undefined);
  return near === undefined ? '' : ` (${quoted(near)} ${nearMiss(near, scope)})`;
}

function kidsOf(keys: SigningKeySet | undefined): string {
  return (
    keys
      ?.named(undefined)
      .map(({ kid }) => quoted(kid))
      .join(', ') ?? 'none'
  );
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}
