import type { GoodToken } from './good-token.js';
import { refusedFor, type HostileToken } from './hostile-token.js';

const THUMBPRINT = '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I';

/** RFC 7800 §3.1: tokens that are bound to a key, sent without proof of it. */
export function bindingTokens(good: GoodToken): HostileToken[] {
  return refusedFor('proof_required', {
    'a token that is bound to a DPoP key (jkt)': good.with({ cnf: { jkt: THUMBPRINT } }),
    'a token that is bound to a DPoP key, as Keycloak marks it': good.with({
      typ: 'DPoP',
      cnf: { jkt: THUMBPRINT },
    }),
    'a token that is bound to a certificate (x5t#S256)': good.with({
      cnf: { 'x5t#S256': THUMBPRINT },
    }),
    'a token that is bound to a key (jwk)': good.with({ cnf: { jwk: good.stranger.key.jwk } }),
    'a token that is bound to a named key (kid)': good.with({ cnf: { kid: '1' } }),
    'a token that is bound to nothing that is known': good.with({ cnf: {} }),
    'a token that is bound to null': good.with({ cnf: null }),
  });
}
