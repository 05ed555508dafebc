import type { GoodToken } from './good-token.js';
import { refusedFor, type HostileToken } from './hostile-token.js';
import { nearMisses } from './near-misses.js';

const OTHER = 'https://another-service.example';

/** RFC 9068 §4, RFC 7519 §4.1.3: tokens that were not minted for this service. */
export function audienceTokens(good: GoodToken): HostileToken[] {
  const { audience, issuer } = good;
  const misses = nearMisses(audience);
  return [
    ...refusedFor('audience_missing', {
      'a token without an audience': good.with({ aud: undefined }),
      'a token whose audience stands in its header only': good.with(
        { aud: undefined },
        { aud: audience },
      ),
      'a token whose audience stands under another name': good.with({
        aud: undefined,
        audience,
        resource: audience,
        Aud: audience,
      }),
    }),
    ...refusedFor('audience_mismatch', {
      'a token for another service': good.with({ aud: OTHER }),
      'a token for several services, none of which is this one': good.with({
        aud: [OTHER, 'https://third-service.example'],
      }),
      'a token for another service that names this one elsewhere': good.with({
        aud: OTHER,
        azp: audience,
        client_id: audience,
        resource: audience,
      }),
      'a token for its own client': good.with({ aud: 'test-client' }),
      'a token for its authorization server': good.with({ aud: issuer }),
      'a token for the userinfo endpoint': good.with({ aud: `${issuer}/userinfo` }),
      'a token for Keycloak’s account service': good.with({ aud: 'account' }),
      'a token for everybody': good.with({ aud: '*' }),
      'a token for the empty string': good.with({ aud: '' }),
      'a token for a list of the empty string': good.with({ aud: [''] }),
      'a token for all that looks like this service': good.with({ aud: [...misses.values()] }),
      ...Object.fromEntries(
        [...misses].map(([predicate, aud]) => [
          `a token whose audience ${predicate}`,
          good.with({ aud }),
        ]),
      ),
    }),
    ...refusedFor('audience_malformed', {
      'a token for nobody: an empty list': good.with({ aud: [] }),
      'a token whose audience is null': good.with({ aud: null }),
      'a token whose audience is true': good.with({ aud: true }),
      'a token whose audience is a number': good.with({ aud: 1 }),
      'a token whose audience is an object': good.with({ aud: { 0: audience } }),
      'a token whose audience is a list within a list': good.with({ aud: [[audience]] }),
      'a token whose audience is this service and a number': good.with({ aud: [audience, 1] }),
      'a token whose audience is this service and null': good.with({ aud: [null, audience] }),
    }),
  ];
}
