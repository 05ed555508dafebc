import type { GoodToken } from './good-token.js';
import { refusedFor, type HostileToken } from './hostile-token.js';

/** RFC 9068 §4, RFC 8414 §4: tokens of others, and of nobody. */
export function issuerTokens(good: GoodToken): HostileToken[] {
  const { issuer, stranger } = good;
  const ofStranger = { kid: stranger.key.kid };
  return [
    ...refusedFor('issuer_missing', {
      'a token without an issuer': good.with({ iss: undefined }),
      'a token whose issuer stands in its header only': good.with(
        { iss: undefined },
        { iss: issuer },
      ),
    }),
    ...refusedFor('issuer_untrusted', {
      'a token of another issuer': good.with(
        { iss: 'https://attacker.example' },
        ofStranger,
        stranger.key,
      ),
      'a token of another issuer, signed with our issuer’s key': good.with({
        iss: 'https://attacker.example',
      }),
      'a token whose issuer ends with a slash': good.with({ iss: `${issuer}/` }),
      'a token whose issuer has a path': good.with({ iss: `${issuer}/tenant` }),
      'a token whose issuer has another scheme': good.with({ iss: issuer.replace('http', 'ftp') }),
      'a token whose issuer is in upper case': good.with({ iss: issuer.toUpperCase() }),
      'a token whose issuer ends with a space': good.with({ iss: `${issuer} ` }),
      'a token whose issuer has another port': good.with({ iss: `${issuer}0` }),
      'a token whose issuer names ours as a user': good.with({ iss: `${issuer}@attacker.example` }),
      'a token whose issuer lists ours and another': good.with({
        iss: [issuer, 'https://attacker.example'],
      }),
      'a token whose issuer is a list': good.with({ iss: [issuer] }),
      'a token whose issuer is an object': good.with({ iss: { 0: issuer } }),
      'a token whose issuer is null': good.with({ iss: null }),
      'a token whose issuer is empty': good.with({ iss: '' }),
      'a token whose issuer is __proto__': good.with({ iss: '__proto__' }),
    }),
  ];
}
