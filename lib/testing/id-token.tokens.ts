import type { GoodToken } from './good-token.js';
import { refusedFor, type HostileToken } from './hostile-token.js';

/** RFC 8725 §3.12, OpenID Connect Core §2: ID tokens of each shape, signed by the same key as access tokens are. */
export function idTokens(good: GoodToken): HostileToken[] {
  const { audience, now, stranger } = good;
  const client = 'test-client';
  const user = { auth_time: now, acr: '1', amr: ['pwd'], sid: 's', email: 'user@example.com' };
  const evidence = { client_id: client, scope: 'test' };
  return [
    ...refusedFor('audience_mismatch', {
      'an ID token for its client': good.bare({ aud: client, ...user, nonce: 'n' }),
      'an ID token for a list of its client': good.bare({ aud: [client], azp: client }),
    }),
    ...refusedFor('issuer_untrusted', {
      'an ID token that its user issued': good.bare({
        iss: 'https://self-issued.me',
        sub_jwk: stranger.key.jwk,
      }),
      'an ID token of Google': good.bare({ iss: 'https://accounts.google.com', azp: client }),
    }),
    ...refusedFor('token_kind_unexpected', {
      'an ID token for this service': good.bare({ ...user }),
      'an ID token for this service, of few claims': good.bare({}),
      'an ID token for this service, without typ': good.bare({}, { typ: undefined }),
      'an ID token for this service, in a list': good.bare({ aud: [audience], ...user }),
      'an ID token for its client and this service': good.bare({
        aud: [client, audience],
        azp: client,
        client_id: client,
      }),
      'an ID token for this service as its client': good.bare({ azp: audience }),
      'an ID token with nonce': good.bare({ ...user, nonce: 'n' }),
      'an ID token with nonce and scope': good.bare({ nonce: 'n', ...evidence }),
      'an ID token with at_hash': good.bare({ at_hash: 'x' }),
      'an ID token with at_hash and scope': good.bare({ at_hash: 'x', ...evidence }),
      'an ID token with c_hash': good.bare({ c_hash: 'x' }),
      'an ID token with c_hash and scope': good.bare({ c_hash: 'x', ...evidence }),
      'an ID token with s_hash': good.bare({ s_hash: 'x', ...evidence }),
      'an ID token with sub_jwk': good.bare({ sub_jwk: stranger.key.jwk, ...evidence }),
      'an ID token with at_hash, typed as an access token': good.with({ at_hash: 'x' }),
      'an ID token with c_hash, typed as an access token': good.with({ c_hash: 'x' }),
      'an ID token with a typ of its own': good.with({}, { typ: 'id_token+jwt' }),
      'an ID token of Keycloak': good.bare({ typ: 'ID', azp: client, ...evidence }),
      'an ID token of Keycloak, serialized': good.bare({ typ: 'Serialized-ID', ...evidence }),
      'an ID token of Keycloak, typed as an access token': good.with({ typ: 'ID' }),
      'an ID token of Amazon Cognito': good.bare({ token_use: 'id', ...evidence }),
      'an ID token of Amazon Cognito, typed as an access token': good.with({ token_use: 'id' }),
      'an ID token of Curity': good.bare({ purpose: 'id', ...evidence }),
    }),
  ];
}
