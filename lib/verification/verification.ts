import { isAlgorithm, type SignatureAlgorithm } from '../keys/algorithms.js';
import type { IssuerKeys } from '../keys/issuer-keys.js';
import type { SigningKey, SigningKeySet } from '../keys/signing-key-set.js';
import type { Check, DecodedToken } from '../policy/check.js';
import { clientId } from '../policy/party.check.js';
import type { Refusal } from '../rejection/rejection.js';
import type { RejectionReason } from '../rejection/rejections.js';
import { accessToken, type AccessToken } from './access-token.js';
import { parseCompactJws, type CompactJws, type JoseHeader } from './compact-jws.js';
import { VerifiedTokenCache, type VerifiedToken } from './verified-token-cache.js';
import { ScopeReader, type ScopeHierarchy } from './scopes.js';
import { signedWith } from './signature.js';

/** An authorization server whose tokens are let in, with all that they are measured against. */
export interface TrustedIssuer {
  /** The issuer identifier. */
  readonly name: string;
  readonly algorithms: ReadonlySet<SignatureAlgorithm>;
  readonly keys: IssuerKeys;
  readonly policy: Check;
  /** The part of the policy that time can change. */
  readonly lifetime: Check<Pick<DecodedToken, 'claims'>>;
}

export interface VerificationSettings {
  readonly maxTokenBytes: number;
  readonly scopeClaims: readonly string[];
  readonly scopeHierarchy: ScopeHierarchy;
  readonly exposeRawToken: boolean;
  /** How many verified tokens are remembered; 0: none. */
  readonly maxCachedTokens: number;
}

const MOST_KNOWN_HEADERS = 100;

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
  private readonly knownHeaders = new Map<string, JoseHeader>();
  private readonly scopes: ScopeReader;
  private readonly cache: VerifiedTokenCache | undefined;

  constructor(
    private readonly issuers: ReadonlyMap<string, TrustedIssuer>,
    private readonly settings: VerificationSettings,
  ) {
    const { scopeClaims, scopeHierarchy, maxCachedTokens } = settings;
    this.scopes = new ScopeReader(scopeClaims, scopeHierarchy);
    this.cache = maxCachedTokens > 0 ? new VerifiedTokenCache(maxCachedTokens) : undefined;
  }

  /** Answers at once if nothing has to be fetched. */
  verdict(token: string): Verdict | Promise<Verdict> {
    if (token.length > this.settings.maxTokenBytes) return { reason: 'token_too_large' };
    if (this.cache === undefined) return this.verify(token);
    const digest = this.cache.digest(token);
    const known = this.cache.find(digest);
    if (known === undefined) return this.verify(token, digest);
    if (this.isStillGood(known)) return this.accessToken(known, token);
    this.cache.forget(digest);
    return this.verify(token, digest);
  }

  /** Its key is still published, and its lifetime still lasts; nothing else about it can have changed. */
  private isStillGood(known: VerifiedToken): boolean {
    const issuer = this.issuers.get(known.claims.iss as string);
    return (
      issuer?.keys.atHand()?.has(known.key) === true &&
      issuer.lifetime(known, Date.now() / 1000) === undefined
    );
  }

  private accessToken({ claims, scopes }: VerifiedToken, token: string): AccessToken {
    return accessToken(claims, scopes, this.settings.exposeRawToken ? token : undefined);
  }

  private verify(token: string, digest?: string): Verdict | Promise<Verdict> {
    const jws = parseCompactJws(token, this.knownHeaders);
    if (typeof jws === 'string') return { reason: jws };
    const { iss } = jws.claims;
    if (iss === undefined) return { reason: 'issuer_missing' };
    const issuer = typeof iss === 'string' ? this.issuers.get(iss) : undefined;
    if (issuer === undefined) return { reason: 'issuer_untrusted' };
    const { algorithm } = jws;
    if (!isAlgorithm(algorithm) || !issuer.algorithms.has(algorithm))
      return { reason: 'algorithm_not_allowed', issuer: issuer.name };

    const good = (key: SigningKey): Verdict => this.afterSignature(jws, key, issuer, token, digest);
    const judge = (keys: SigningKeySet): Verdict | Promise<Verdict> => {
      const key = signedWith(jws, algorithm, keys);
      if (typeof key !== 'string') return good(key);
      return this.withNewerKeys(key, jws, issuer, (newer) => {
        const newKey = signedWith(jws, algorithm, newer);
        return typeof newKey === 'string' ? { reason: newKey, issuer: issuer.name } : good(newKey);
      });
    };
    const keys = issuer.keys.current();
    return keys instanceof Promise ? keys.then(judge) : judge(keys);
  }

  private afterSignature(
    jws: CompactJws,
    key: SigningKey,
    { policy, name }: TrustedIssuer,
    token: string,
    digest: string | undefined,
  ): Verdict {
    const reason = policy(jws, Date.now() / 1000);
    if (reason !== undefined) {
      const client = clientId(jws.claims);
      return { reason, issuer: name, ...(client !== undefined && { clientId: client }) };
    }
    this.rememberHeader(jws);
    const { claims } = jws;
    const verified = { claims, scopes: this.scopes.read(claims), key };
    if (digest !== undefined) this.cache?.remember(digest, verified);
    return this.accessToken(verified, token);
  }

  /** Only once the signature is good, so that nobody else fills the memory. */
  private rememberHeader({ encodedHeader, header, algorithm, kid }: CompactJws): void {
    const { knownHeaders } = this;
    if (knownHeaders.size >= MOST_KNOWN_HEADERS || knownHeaders.has(encodedHeader)) return;
    // A copy, since a part of a string keeps the whole of it in memory: here, a bearer token.
    const copy = Buffer.from(encodedHeader, 'latin1').toString('latin1');
    knownHeaders.set(copy, { header, algorithm, kid });
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
