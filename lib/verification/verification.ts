import { isAlgorithm, type SignatureAlgorithm } from '../keys/algorithms.js';
import type { IssuerKeys } from '../keys/issuer-keys.js';
import type { SigningKeySet } from '../keys/signing-key-set.js';
import type { Check } from '../policy/check.js';
import type { RejectionReason } from '../rejection/rejections.js';
import { accessToken, type AccessToken, type AccessTokenSettings } from './access-token.js';
import { parseCompactJws, type CompactJws } from './compact-jws.js';
import { checkSignature } from './signature.js';

/** An authorization server whose tokens are let in, with all that they are measured against. */
export interface TrustedIssuer {
  readonly algorithms: ReadonlySet<SignatureAlgorithm>;
  readonly keys: IssuerKeys;
  readonly policy: Check;
}

export interface VerificationSettings extends AccessTokenSettings {
  readonly maxTokenBytes: number;
}

/** The token is good, or why it is not. That nobody can say is neither: `SigningKeysUnavailable` is thrown. */
export type Verdict = AccessToken | RejectionReason;

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
    if (token.length > this.settings.maxTokenBytes) return 'token_too_large';
    const jws = parseCompactJws(token);
    if (typeof jws === 'string') return jws;
    const { iss } = jws.claims;
    if (iss === undefined) return 'issuer_missing';
    const issuer = typeof iss === 'string' ? this.issuers.get(iss) : undefined;
    if (issuer === undefined) return 'issuer_untrusted';
    const { algorithm } = jws;
    if (!isAlgorithm(algorithm) || !issuer.algorithms.has(algorithm))
      return 'algorithm_not_allowed';

    const judge = (keys: SigningKeySet): Verdict | Promise<Verdict> => {
      const reason = checkSignature(jws, algorithm, keys);
      if (reason === undefined) return this.afterSignature(jws, token, issuer);
      return this.withNewerKeys(
        reason,
        jws,
        issuer,
        (newer) => checkSignature(jws, algorithm, newer) ?? this.afterSignature(jws, token, issuer),
      );
    };
    const keys = issuer.keys.current();
    return keys instanceof Promise ? keys.then(judge) : judge(keys);
  }

  private afterSignature(jws: CompactJws, token: string, { policy }: TrustedIssuer): Verdict {
    return policy(jws, Date.now() / 1000) ?? accessToken(jws.claims, token, this.settings);
  }

  /** Asks for newer keys, unless the token would be refused with any: made-up tokens must not cause fetches. */
  private withNewerKeys(
    reason: RejectionReason,
    jws: CompactJws,
    { keys, policy }: TrustedIssuer,
    judge: (newer: SigningKeySet) => Verdict,
  ): Verdict | Promise<Verdict> {
    if (policy(jws, Date.now() / 1000) !== undefined) return reason;
    const newer = keys.renewed();
    if (newer === undefined) return reason;
    return newer.then(judge, (unavailable: unknown) => {
      // Whether an unknown key has since been published, only the key server knows.
      if (reason === 'key_unknown') throw unavailable;
      return reason;
    });
  }
}
