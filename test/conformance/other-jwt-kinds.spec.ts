import { describe, expect, it } from 'vitest';
import { deploy } from '../support/deployment.js';
import { AUDIENCE, now, type Claims } from '../support/tokens.js';
import { answer, LET_IN } from '../support/verdict.js';

const auto = deploy('express');
const strict = deploy('express', { tokenProfile: 'rfc9068' });

/** Members that {@link ask} leaves out of an access token: what remains could be of any kind. */
const NO_ACCESS_TOKEN = { client_id: undefined, scope: undefined, jti: undefined };

/** What both profiles say of a token of another kind, which is good in every other respect. */
async function ask(claims: Claims, header: Claims = { typ: 'JWT' }) {
  const spoilt = { ...NO_ACCESS_TOKEN, ...claims };
  const verdicts = [
    await answer(auto.service, auto.issue(spoilt, header)),
    await answer(strict.service, strict.issue(spoilt, header)),
  ];
  return [...new Set(verdicts)].join();
}
/** What the profile `auto` says. */
const askAuto = (claims: Claims, header: Claims = { typ: 'JWT' }) =>
  answer(auto.service, auto.issue({ ...NO_ACCESS_TOKEN, ...claims }, header));

const REFUSED = 'token_kind_unexpected';
const ID_TOKEN = { azp: AUDIENCE };

describe('ID tokens', () => {
  it.each(['JWT', undefined, 'jwt', 'application/JWT'])(
    'OpenID Connect Core §2 (IDT-01): refuses one without any mark, typ %s',
    async (typ) => {
      expect(await ask({}, { typ })).toBe(REFUSED);
      expect(await ask(ID_TOKEN, { typ })).toBe(REFUSED);
      const withEverything = { acr: '1', amr: ['pwd'], auth_time: now(), nonce: 'n', sid: 's' };
      expect(await ask({ ...ID_TOKEN, ...withEverything }, { typ })).toBe(REFUSED);
    },
  );

  it.each(['at_hash', 'c_hash'])(
    'OpenID Connect Core §3.1.3.6, §3.3.2.11 (IDT-02): refuses %s, whatever else is there',
    async (name) => {
      expect(await ask({ [name]: 'x' })).toBe(REFUSED);
      const marks = { scope: 'files:read', client_id: 'cli', token_use: 'access', typ: 'Bearer' };
      expect(await ask({ ...marks, [name]: 'x' })).toBe(REFUSED);
      expect(await ask({ ...marks, [name]: 'x', jti: '1' }, { typ: 'at+jwt' })).toBe(REFUSED);
      expect(await ask({ ...marks, [name]: null, jti: '1' }, { typ: 'at+jwt' })).toBe(REFUSED);
    },
  );

  it('FAPI 1.0 §5.2 (IDT-03): refuses s_hash', async () => {
    expect(await ask({ s_hash: 'x', scope: 'a', jti: '1', client_id: 'cli' }, {})).toBe(REFUSED);
  });

  it('OpenID Connect Core §2 (IDT-04): refuses nonce, but on what is marked as an access token', async () => {
    expect(await ask({ nonce: 'n', scope: 'files:read', client_id: 'cli' })).toBe(REFUSED);
    expect(await askAuto({ nonce: 'n', scope: 'files:read', typ: 'Bearer' })).toBe(LET_IN);
    expect(await askAuto({ nonce: 'n' }, { typ: 'at+jwt' })).toBe(LET_IN);
    expect(await askAuto({ nonce: 'n', token_use: 'access' })).toBe(LET_IN);
  });

  it('OpenID Connect Core §2 (IDT-05): azp is on both kinds', async () => {
    expect(await askAuto({ azp: 'cli', scope: 'files:read' })).toBe(LET_IN);
    expect(await askAuto({ azp: AUDIENCE, scope: 'files:read' })).toBe(LET_IN);
    expect(await ask({ azp: AUDIENCE })).toBe(REFUSED);
    expect(await ask({ azp: 'cli', aud: [AUDIENCE, 'cli'] })).toBe(REFUSED);
  });

  it('OpenID Connect Core §7 (IDT-17): refuses a self-issued one', async () => {
    const claims = { sub_jwk: auto.authorizationServer.key.jwk, scope: 'a' };
    expect(await ask(claims)).toBe(REFUSED);
    expect(await ask({ ...claims, iss: 'https://self-issued.me' })).toBe('issuer_untrusted');
  });
});

describe('other answers of an authorization server', () => {
  it('OpenID Connect Core §5.3.2 (IDT-06): refuses signed userinfo', async () => {
    const userinfo = { email: 'alice@example.com', name: 'Alice', iat: undefined };
    expect(await ask({ ...userinfo, exp: undefined })).toBe('expiry_missing');
    expect(await ask(userinfo)).toBe(REFUSED);
  });

  const events = { 'http://schemas.openid.net/event/backchannel-logout': {} };

  it.each(['logout+jwt', 'JWT', undefined, 'at+jwt'])(
    'OpenID Connect Back-Channel Logout §2.4 (IDT-07): refuses a logout token, typ %s',
    async (typ) => {
      expect(await ask({ events, jti: '1', sid: 's' }, { typ })).toBe(REFUSED);
      expect(await ask({ events, jti: '1', scope: 'a', client_id: 'cli' }, { typ })).toBe(REFUSED);
    },
  );

  it.each(['secevent+jwt', 'application/secevent+jwt', 'JWT'])(
    'RFC 8417 §2.2 (IDT-08): refuses a security event token, typ %s',
    async (typ) => {
      const claims = { events: { 'https://example.com/event': {} }, jti: '1', client_id: 'cli' };
      expect(await ask(claims, { typ })).toBe(REFUSED);
    },
  );

  it.each<[source: string, typ: string, claims: Claims]>([
    [
      'RFC 9449 §4.2 (IDT-09)',
      'dpop+jwt',
      { htm: 'GET', htu: 'https://api.example.com/', jti: '1' },
    ],
    ['Identity Assertion Grant §4 (IDT-10)', 'oauth-id-jag+jwt', { resource: AUDIENCE, jti: '1' }],
    ['RFC 9101 §10.8 (IDT-12)', 'oauth-authz-req+jwt', { response_type: 'code', nonce: 'n' }],
    ['RFC 9701 §5 (IDT-13)', 'token-introspection+jwt', { token_introspection: { active: true } }],
    ['RFC 8725 §3.11 (IDT-14)', 'id_token+jwt', {}],
    ['RFC 8725 §3.11 (IDT-14)', 'example+jwt', {}],
    ['RFC 8725 §3.11 (IDT-14)', 'JOSE', {}],
    ['RFC 8725 §3.11 (IDT-14)', 'JWS', {}],
    ['RFC 8725 §3.11 (IDT-18)', 'vc+sd-jwt', { vct: 'x' }],
    ['RFC 8725 §3.11 (IDT-18)', 'dc+sd-jwt', { vct: 'x' }],
    ['RFC 8725 §3.11 (IDT-18)', 'kb+jwt', { sd_hash: 'x' }],
    ['RFC 8725 §3.11 (IDT-18)', 'entity-statement+jwt', { metadata: {} }],
    ['RFC 8725 §3.11 (IDT-18)', 'trust-mark+jwt', { id: 'x' }],
    ['RFC 8725 §3.11 (IDT-18)', 'statuslist+jwt', { status_list: {} }],
    ['RFC 8725 §3.11 (IDT-18)', 'wit+jwt', {}],
  ])('%s: refuses the typ %s', async (_source, typ, claims) => {
    const evidence = { scope: 'files:read', client_id: 'cli', jti: '1' };
    for (const spelling of [typ, typ.toUpperCase(), `application/${typ}`]) {
      expect(await ask({ ...claims, ...evidence }, { typ: spelling })).toBe(REFUSED);
    }
  });

  it('RFC 7523 §3 (IDT-11): refuses the assertion of a client', async () => {
    expect(await ask({ iss: 'cli', sub: 'cli', jti: '1' })).toBe('issuer_untrusted');
    expect(await ask({ sub: AUDIENCE, jti: '1' })).toBe(REFUSED);
  });
});

describe('tokens that vendors mark in the payload', () => {
  it.each(['ID', 'Refresh', 'Offline', 'Logout', 'Serialized-ID', 'id', 'REFRESH'])(
    'RFC 8725 §3.12 (IDT-15): refuses Keycloak’s typ %s, whatever else is there',
    async (typ) => {
      const claims = { typ, scope: 'files:read', client_id: 'cli', jti: '1' };
      expect(await ask(claims)).toBe(REFUSED);
      expect(await ask(claims, { typ: 'at+jwt' })).toBe(REFUSED);
    },
  );

  it.each(['id', 'refresh', '', 'Access', null, 5, ['access']])(
    'RFC 8725 §3.12 (IDT-16): refuses Cognito’s token_use %j, whatever else is there',
    async (use) => {
      const claims = { token_use: use, scope: 'files:read', client_id: 'cli', jti: '1' };
      expect(await ask(claims)).toBe(REFUSED);
      expect(await ask(claims, { typ: 'at+jwt' })).toBe(REFUSED);
    },
  );
});
