import { isAlgorithm, type SignatureAlgorithm } from '../keys/algorithms.js';
import type { IssuerKeys } from '../keys/issuer-keys.js';
import type { SigningKeySet } from '../keys/signing-key-set.js';
import type { Check } from '../policy/check.js';
import { clientId } from '../policy/party.check.js';
import type { Refusal } from '../rejection/rejection.js';
import type { RejectionReason } from '../rejection/rejections.js';
import { accessToken, type AccessToken, type AccessTokenSettings } from './access-token.js';
import { parseCompactJws, type CompactJws } from './compact-jws.js';
import { checkSignature } from './signature.js';

/** An authorization server whose tokens are let in, with all that they are measured against. */
export interface TrustedIssuer {
  /** The issuer identifier. */
  readonly name: string;
  readonly algorithms: ReadonlySet<SignatureAlgorithm>;
  readonly keys: IssuerKeys;
  readonly policy: Check;
}

export interface VerificationSettings extends AccessTokenSettings {
  readonly maxTokenBytes: number;
}

/** The token is good, or why it is not. That nobody can say is neither: `SigningKeysUnavailable` is thrown. */
export type Verdict = AccessToken | Refusal;

/** Whether a verdict lets nobody in. */
export function isRefusal(verdict: Verdict): verdict is Refusal {
  return 'reason' in verdict;
}

/**
 * Judges token strings (RFC 9068 §4): size, structure, issuer, algorithm, key, signature, policy, in this order.
 *
 * Until the signature is good, the token's own words decide only which trusted issuer's keys are looked at, and whether
 * a fetch of newer keys could help it.
 */
export class Verification {
  constructor(
    private readonly issuers: ReadonlyMap<string, TrustedIssuer>,
    private readonly settings: VerificationSettings,
  ) {}

  /** Answers at once if nothing has to be fetched. */
  verdict(token: string): Verdict | Promise<Verdict> {
    // The one place where a cache of verified tokens belongs: what follows depends on the token alone.
    if (token.length > this.settings.maxTokenBytes) return { reason: 'token_too_large' };
    const jws = parseCompactJws(token);
    if (typeof jws === 'string') return { reason: jws };
    const { iss } = jws.claims;
    if (iss === undefined) return { reason: 'issuer_missing' };
    const issuer = typeof iss === 'string' ? this.issuers.get(iss) : undefined;
    if (issuer === undefined) return { reason: 'issuer_untrusted' };
    const { algorithm } = jws;
    if (!isAlgorithm(algorithm) || !issuer.algorithms.has(algorithm))
      return { reason: 'algorithm_not_allowed', issuer: issuer.name };

    const judge = (keys: SigningKeySet): Verdict | Promise<Verdict> => {
      const reason = checkSignature(jws, algorithm, keys);
      if (reason === undefined) return this.afterSignature(jws, token, issuer);
      return this.withNewerKeys(reason, jws, issuer, (newer) => {
        const still = checkSignature(jws, algorithm, newer);
        return still === undefined
          ? this.afterSignature(jws, token, issuer)
          : { reason: still, issuer: issuer.name };
      });
    };
    const keys = issuer.keys.current();
    return keys instanceof Promise ? keys.then(judge) : judge(keys);
  }

  private afterSignature(jws: CompactJws, token: string, { policy, name }: TrustedIssuer): Verdict {
    const reason = policy(jws, Date.now() / 1000);
    if (reason === undefined) return accessToken(jws.claims, token, this.settings);
    const client = clientId(jws.claims);
    return { reason, issuer: name, ...(client !== undefined && { clientId: client }) };
  }

  /** Asks for newer keys, unless the token would be refused with any: made-up tokens must not cause fetches. */
  private withNewerKeys(
    reason: RejectionReason,
    jws: CompactJws,
    { keys, policy, name }: TrustedIssuer,
    judge: (newer: SigningKeySet) => Verdict,
  ): Verdict | Promise<Verdict> {
    const refusal = { reason, issuer: name };
    if (policy(jws, Date.now() / 1000) !== undefined) return refusal;
    const newer = keys.renewed();
    if (newer === undefined) return refusal;
    return newer.then(judge, (unavailable: unknown) => {
      // Whether an unknown key has since been published, only the key server knows.
      if (reason === 'key_unknown') throw unavailable;
      return refusal;
    });
  }
}
