import { describe, expect, it } from 'vitest';
import { KIND_RULES, LET_IN, REFUSED } from '../conformance/kind-rules.js';
import { VENDORS, type VendorToken } from '../conformance/vendor-tokens.js';
import { AUDIENCE, OTHER_AUDIENCE, type Claims } from '../support/tokens.js';
import { verdict } from './policy-verdict.js';

/** What is said of a token that says nothing of its kind but this. */
const kind = (header: Claims, claims: Claims, rules: Parameters<typeof verdict>[2] = {}) =>
  verdict(
    { client_id: undefined, scope: undefined, ...claims },
    { typ: undefined, ...header },
    rules,
  ) ?? LET_IN;
const strict = { tokenProfile: 'rfc9068' } as const;

it.each(KIND_RULES)(
  'RFC 8725 §3.11, §3.12 (%s): the policy finds it with the header %j and the claims %j: %s',
  (...[, header, claims, expected]) => {
    expect(kind(header, claims)).toBe(expected);
  },
);

describe('the kind of a token, by the policy', () => {
  it('RFC 9068 §4: is what typ says and nothing else, under that profile', () => {
    const complete = { client_id: 'cli', scope: 'a', token_use: 'access' };
    expect(kind({ typ: 'application/AT+jwt' }, complete, strict)).toBe(LET_IN);
    for (const typ of [undefined, 'JWT', 'x+jwt', 'at+application/jwt', 5])
      expect(kind({ typ }, complete, strict)).toBe(REFUSED);
  });

  it('RFC 7515 §4.1.9: is that of a further typ, in either form', () => {
    const rules = { acceptTyp: new Set(['x+jwt']) };
    for (const typ of ['x+jwt', 'X+JWT', 'application/x+jwt'])
      expect(kind({ typ }, {}, rules)).toBe(LET_IN);
    for (const typ of [
      'y+jwt',
      'text/x+jwt',
      'text/application/x+jwt',
      'application/application/x+jwt',
    ])
      expect(kind({ typ }, {}, rules)).toBe(REFUSED);
  });

  it.each(['https://accounts.google.com', 'accounts.google.com'])(
    'RFC 8725 §3.12 (K7): is never that of an access token at %s, unless it is typed as one',
    (issuer) => {
      const scoped = { iss: issuer, scope: 'a' };
      expect(kind({}, scoped, { issuer })).toBe(REFUSED);
      expect(kind({ typ: 'at+jwt' }, scoped, { issuer })).toBe(LET_IN);
    },
  );

  it('RFC 8725 §3.12 (K10): is not told by a client that the audience names', () => {
    const rules = { audience: new Set([AUDIENCE]) };
    const audiences = [AUDIENCE, OTHER_AUDIENCE];
    for (const name of ['client_id', 'azp']) {
      expect(kind({}, { [name]: OTHER_AUDIENCE, aud: audiences }, rules)).toBe(REFUSED);
      expect(kind({}, { [name]: OTHER_AUDIENCE }, rules)).toBe(LET_IN);
    }
  });
});

describe.each(VENDORS)('RFC 8725 §3.12 (KND): the policy, of $name', (vendor) => {
  const judge = ({ header, claims }: VendorToken) => {
    const nothing = { sub: undefined, client_id: undefined, scope: undefined, jti: undefined };
    return verdict(
      { ...nothing, aud: vendor.audience, ...claims, iss: vendor.issuer },
      { typ: undefined, ...header },
      { issuer: vendor.issuer, audience: new Set([vendor.audience]) },
    );
  };

  it('lets in access tokens', () => {
    expect(vendor.access.filter((token) => judge(token) !== undefined)).toEqual([]);
  });

  it('refuses ID tokens', () => {
    expect(vendor.id.filter((token) => judge(token) !== REFUSED)).toEqual([]);
  });
});
