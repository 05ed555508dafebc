import { AudienceAuthModule, type AudienceAuthOptions } from 'nestjs-audience-auth';
import { describe, expect, it } from 'vitest';
import { deploy, type Deployment } from '../support/deployment.js';
import { signingKey } from '../support/signing-key.js';
import { AUDIENCE, now, type Claims } from '../support/tokens.js';
import { answer } from '../support/verdict.js';
import { KIND_RULES, LET_IN, REFUSED } from './kind-rules.js';
import { VENDORS, type VendorToken } from './vendor-tokens.js';

const VENDOR_KEY = signingKey('RS256');

describe('the rules, one by one', () => {
  const auto = deploy('express');
  const accepting = deploy('express', { acceptTyp: ['application/okta-internal-at+jwt', 'X+JWT'] });
  const strict = deploy('express', { tokenProfile: 'rfc9068' });

  /** A token that says nothing of its kind but what is given. */
  const bare = { client_id: undefined, scope: undefined };
  const ask = (claims: Claims, header: Claims = {}, on: Deployment = auto) =>
    answer(on.service, on.issue({ ...bare, ...claims }, { typ: undefined, ...header }));

  it.each(KIND_RULES)(
    'RFC 8725 §3.11, §3.12 (%s): with the header %j and the claims %j it is %s',
    async (...row) => {
      const [, header, claims, expected] = row;
      expect(await ask(claims, header)).toBe(expected);
    },
  );

  it('RFC 8725 §3.11 (K1, BCP-17): a service may take further values of typ', async () => {
    for (const typ of ['okta-internal-at+jwt', 'application/okta-internal-at+jwt', 'x+jwt']) {
      expect(await ask({}, { typ }, accepting)).toBe(LET_IN);
      expect(await ask({}, { typ }, auto)).toBe(REFUSED);
    }
    expect(await ask({}, { typ: 'y+jwt' }, accepting)).toBe(REFUSED);
    expect(await ask({ at_hash: 'h' }, { typ: 'x+jwt' }, accepting)).toBe(REFUSED);
  });

  it.each(['JWT', 'application/jwt', 'logout+jwt', 'dpop+jwt', ''])(
    'RFC 8725 §3.11 (K1): the typ "%s" cannot be taken for that of an access token',
    (typ) => {
      const options = { issuer: 'https://as.example.com', audience: AUDIENCE, acceptTyp: [typ] };
      expect(() => AudienceAuthModule.forRoot(options)).toThrow(/acceptTyp/);
    },
  );

  it('RFC 9068 §4 (K1b): without typ nothing is an access token under that profile', async () => {
    for (const typ of [undefined, 'JWT']) {
      const claims = { token_use: 'access', typ: 'Bearer', scope: 'a', client_id: 'cli' };
      expect(await ask(claims, { typ }, strict)).toBe(REFUSED);
    }
  });

  it.each(['azp', 'auth_time', 'acr', 'amr', 'sid', 'email', 'name', 'groups', 'roles'])(
    'RFC 8725 §3.12 (K9): %s does not speak against an access token',
    async (name) => {
      expect(await ask({ [name]: 'x', scope: 'a' })).toBe(LET_IN);
    },
  );
});

/** A service that trusts all vendors by their own names, with the keys of one authorization server on loopback. */
const trustingVendors = (options: Partial<AudienceAuthOptions> = {}) =>
  deploy('express', (server) => {
    server.rotate(VENDOR_KEY);
    const { jwksUri } = server;
    const [first, ...others] = VENDORS.map(({ issuer, audience }) => ({
      issuer,
      audience,
      jwksUri,
    }));
    if (!first) throw new Error('there are no vendors');
    return { issuer: [first, ...others], resource: false, ...options };
  });
const auto = trustingVendors();
const strict = trustingVendors({ tokenProfile: 'rfc9068' });

it('RFC 8725 §3.12 (K7): a token of Google is an ID token, whatever evidence there is', async () => {
  const google = VENDORS.find(({ name }) => name === 'Google');
  const claims = { iss: google?.issuer, aud: google?.audience, exp: now() + 600, sub: '1' };
  const header = { alg: 'RS256', kid: VENDOR_KEY.kid };
  for (const evidence of [
    { scope: 'a' },
    { azp: 'cli' },
    { client_id: 'cli' },
    { permissions: [] },
  ]) {
    const token = VENDOR_KEY.sign(header, { ...claims, ...evidence });
    expect(await answer(auto.service, token, { resourceMetadata: '' })).toBe(REFUSED);
  }
  // Nothing else is wrong with it: one that is typed as an access token would be let in.
  const typed = VENDOR_KEY.sign({ ...header, typ: 'at+jwt' }, claims);
  expect(await answer(auto.service, typed, { resourceMetadata: '' })).toBe(LET_IN);
});

describe.each(VENDORS)('tokens of $name', (vendor) => {
  const issued = ({ header, claims }: VendorToken, changes: Claims = {}): string => {
    const base = { iss: vendor.issuer, aud: vendor.audience, iat: now(), exp: now() + 600 };
    return VENDOR_KEY.sign(
      { alg: 'RS256', kid: VENDOR_KEY.kid, ...header },
      { ...base, ...claims, ...changes },
    );
  };
  const ask = (on: Deployment, token: VendorToken, changes?: Claims) =>
    answer(on.service, issued(token, changes), { resourceMetadata: '' });
  const otherAudience = VENDORS.find(({ audience }) => audience !== vendor.audience)?.audience;

  it.each(vendor.access)(
    'RFC 8725 §3.12 (BCP-18, KND): lets in an access token $what',
    async (token) => {
      expect(await ask(auto, token)).toBe(LET_IN);
      // What is good for one issuer's tokens is not for another's.
      for (const aud of ['https://code-search.example.com/mcp', otherAudience]) {
        expect(await ask(auto, token, { aud })).toBe('audience_mismatch');
      }
    },
  );

  it.each(vendor.access)(
    'RFC 9068 §2.2, §4 (KND): lets in an access token $what under that profile if it follows it',
    async (token) => {
      const isTyped = token.header?.['typ'] === 'at+jwt';
      const isComplete = ['sub', 'client_id', 'jti'].every((name) => name in token.claims);
      expect(await ask(strict, token)).toBe(
        isTyped ? (isComplete ? LET_IN : 'required_claim_missing') : REFUSED,
      );
    },
  );

  it.each(vendor.id)('RFC 8725 §3.12 (BCP-18, KND): refuses an ID token $what', async (token) => {
    const hashes = { at_hash: undefined, c_hash: undefined, s_hash: undefined };
    for (const changes of [{}, hashes, { nonce: undefined }, { ...hashes, nonce: undefined }]) {
      expect(await ask(auto, token, changes)).toBe(REFUSED);
      expect(await ask(strict, token, changes)).toBe(REFUSED);
      // The form of the audience makes no difference.
      const { aud = vendor.audience } = token.claims;
      expect(await ask(auto, token, { ...changes, aud: [aud].flat() })).toBe(REFUSED);
    }
  });

  it.each(vendor.refused ?? [])('RFC 8725 §3.12 (BCP-18, KND): refuses $what', async (token) => {
    expect(await ask(auto, token)).toBe(token.reason);
  });
});
