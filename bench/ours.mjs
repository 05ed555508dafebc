import { trustedIssuers } from '../dist/lib/audience-auth.providers.js';
import { resolveOptions } from '../dist/lib/options/settings.js';
import { Verification } from '../dist/lib/verification/verification.js';
import { jwksUri } from './authorization-server.mjs';
import { AUDIENCE } from './tokens.mjs';

/**
 * What the guard asks for a verdict, made as the module makes it; its keys are fetched when the first token needs them.
 *
 * The promise of `AccessTokenVerifier.verify()` is left out: the guard does not wait for one either.
 */
export function verification(signer, options = {}) {
  const settings = resolveOptions({
    issuer: { issuer: signer.issuer, jwksUri: jwksUri(signer.issuer) },
    audience: AUDIENCE,
    keys: { fetch: async () => Response.json(signer.jwks) },
    ...options,
  });
  return new Verification(trustedIssuers(settings), settings.verification);
}

/** As a contender: throws where the token is refused. */
export function verifyingWith(judge) {
  return (token) => {
    const verdict = judge.verdict(token);
    if ('reason' in verdict) throw new Error(verdict.reason);
    return verdict;
  };
}
