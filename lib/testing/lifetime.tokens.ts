import type { GoodToken } from './good-token.js';
import { refusedFor, type HostileToken } from './hostile-token.js';
import { encoded } from './signing-key.js';

/** Far more than any tolerance of clocks, in seconds. */
const HOUR = 3600;

/** RFC 7519 §4.1.4 to §4.1.6: tokens that are not in force, or do not say until when. */
export function lifetimeTokens(good: GoodToken): HostileToken[] {
  const { now } = good;
  const written = (name: string, number: string): string => {
    const payload = JSON.stringify({ ...good.claims, [name]: 0 });
    return good.key.sign(good.header, payload.replace(`"${name}":0`, `"${name}":${number}`));
  };
  return [
    ...refusedFor('expiry_missing', {
      'a token that never expires': good.with({ exp: undefined }),
      'a token whose expiry stands in its header only': good.with(
        { exp: undefined },
        { exp: now + HOUR },
      ),
    }),
    ...refusedFor('token_expired', {
      'a token that has expired': good.with({ iat: now - 2 * HOUR, exp: now - HOUR }),
      'a token that expired long ago': good.with({ iat: undefined, exp: 1 }),
    }),
    ...refusedFor('token_not_yet_valid', {
      'a token that is not valid yet': good.with({ nbf: now + HOUR, exp: now + 2 * HOUR }),
      'a token that will be issued': good.with({ iat: now + HOUR, exp: now + 2 * HOUR }),
    }),
    ...refusedFor('token_too_old', {
      'a token that was issued days ago': good.with({ iat: now - 72 * HOUR }),
    }),
    ...refusedFor('time_claim_malformed', {
      'a token whose expiry is a string': good.with({ exp: String(now + HOUR) }),
      'a token whose expiry is a date in words': good.with({ exp: '2099-12-31T00:00:00Z' }),
      'a token whose expiry is null': good.with({ exp: null }),
      'a token whose expiry is true': good.with({ exp: true }),
      'a token whose expiry is a list': good.with({ exp: [now + HOUR] }),
      'a token whose expiry is an object': good.with({ exp: {} }),
      'a token whose expiry is zero': good.with({ exp: 0 }),
      'a token whose expiry is negative': good.with({ exp: -now }),
      'a token whose expiry is in milliseconds': good.with({ exp: (now + HOUR) * 1000 }),
      'a token whose expiry is infinite': written('exp', '1e999'),
      'a token whose beginning is a string': good.with({ nbf: String(now) }),
      'a token whose beginning is null': good.with({ nbf: null }),
      'a token whose beginning is minus infinity': written('nbf', '-1e999'),
      'a token whose issue is a string': good.with({ iat: String(now) }),
      'a token whose issue is null': good.with({ iat: null }),
      'a token whose issue is in milliseconds': good.with({ iat: now * 1000 }),
    }),
    ...refusedFor('signature_invalid', {
      'a token whose expiry was put off after signing': good
        .with({ exp: now - HOUR })
        .split('.')
        .with(1, encoded(good.claims))
        .join('.'),
    }),
  ];
}
