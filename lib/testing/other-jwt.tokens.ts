import type { GoodToken } from './good-token.js';
import { refusedFor, type HostileToken } from './hostile-token.js';

const LOGOUT = { 'http://schemas.openid.net/event/backchannel-logout': {} };

/** RFC 8725 §3.11: JWTs by their `typ` that are no access tokens, whatever else they say. */
const OTHER_TYPES: Readonly<Record<string, string>> = {
  'a logout token': 'logout+jwt',
  'a security event token': 'secevent+jwt',
  'a DPoP proof for this service': 'dpop+jwt',
  'a request object': 'oauth-authz-req+jwt',
  'an answer of introspection': 'token-introspection+jwt',
  'an identity assertion': 'oauth-id-jag+jwt',
  'a client authentication assertion': 'client-authentication+jwt',
  'a refresh token': 'refresh+jwt',
  'an SD-JWT credential': 'dc+sd-jwt',
  'an SD-JWT credential of old': 'vc+sd-jwt',
  'a proof of an SD-JWT’s holder': 'kb+jwt',
  'an entity statement': 'entity-statement+jwt',
  'a trust mark': 'trust-mark+jwt',
  'a status list': 'statuslist+jwt',
  'a workload identity token': 'wit+jwt',
  'a token of a type that nobody knows': 'example+jwt',
  'a JWS that says so': 'JOSE',
  'a token with an empty type': '',
  'a token whose type begins like that of an access token': 'at+jwt2',
  'a token whose type ends like that of an access token': 'text/at+jwt',
};

/** RFC 8725 §3.11, §3.12: what else an authorization server signs with the key of its access tokens. */
export function otherJwts(good: GoodToken): HostileToken[] {
  const { audience, issuer, stranger } = good;
  const evidence = { client_id: 'test-client', scope: 'test' };
  const typed = Object.entries(OTHER_TYPES).map(([name, typ]) => [name, good.with({}, { typ })]);
  return [
    ...refusedFor('token_kind_unexpected', {
      ...(Object.fromEntries(typed) as Record<string, string>),
      'a token whose type is a number': good.with({}, { typ: 1 }),
      'a token whose type is null': good.with({}, { typ: null }),
      'a token whose type is a list': good.with({}, { typ: ['at+jwt'] }),
      'a logout token without a type of its own': good.bare({ events: LOGOUT, sid: 's' }),
      'a logout token with a scope': good.bare({ events: LOGOUT, ...evidence }),
      'a logout token, typed as an access token': good.with({ events: LOGOUT }),
      'a logout token of Keycloak': good.bare({ typ: 'Logout', ...evidence }),
      'a security event token without a type of its own': good.bare({
        events: { 'https://example.com/event': {} },
        ...evidence,
      }),
      'a refresh token of Keycloak': good.bare({ typ: 'Refresh', ...evidence }),
      'a refresh token of Keycloak, typed as an access token': good.with({ typ: 'Refresh' }),
      'an offline token of Keycloak': good.bare({ typ: 'Offline', ...evidence }),
      'a refresh token of Amazon Cognito': good.bare({ token_use: 'refresh', ...evidence }),
      'a refresh token of Curity': good.bare({ purpose: 'refresh_token', ...evidence }),
      'a token whose token_use is null': good.with({ token_use: null }),
      'userinfo, signed': good.bare({ email: 'user@example.com', name: 'User' }),
      'an authorization response, signed': good.bare({ code: 'c', state: 's' }),
      'an assertion for a grant': good.bare({ sub: audience }),
    }),
    ...refusedFor('audience_mismatch', {
      'an identity assertion for the authorization server': good.with(
        { aud: issuer, resource: audience },
        { typ: 'oauth-id-jag+jwt' },
      ),
    }),
    ...refusedFor('issuer_untrusted', {
      'a client’s assertion about itself': good.bare({ iss: 'test-client', sub: 'test-client' }),
    }),
    ...refusedFor('issuer_missing', {
      'a DPoP proof as a client makes it': stranger.key.sign(
        { typ: 'dpop+jwt', alg: stranger.key.alg, jwk: stranger.key.jwk },
        { jti: 'x', htm: 'GET', htu: audience, iat: good.now },
      ),
    }),
  ];
}
