import { AccessTokenVerifier } from 'nestjs-audience-auth';
import { hostileTokens, TestAuthorizationServer } from 'nestjs-audience-auth/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AuthorizationServer } from '../support/authorization-server.js';
import { deploy, deployOnce } from '../support/deployment.js';
import { ResourceServer } from '../support/resource-server.js';
import { base64url, signingKey } from '../support/signing-key.js';
import { AUDIENCE, now, OTHER_AUDIENCE, validClaims, type Claims } from '../support/tokens.js';
import { answer, LET_IN } from '../support/verdict.js';

const strict = deploy('express', { tokenProfile: 'rfc9068' });
const auto = deploy('express');

const ask = (claims: Claims, header: Claims = {}, on = strict) =>
  answer(on.service, on.issue(claims, header));

describe('RFC 9068 §4, step by step', () => {
  it.each(['at+jwt', 'at+JWT', 'AT+JWT', 'application/at+jwt', 'application/AT+JWT'])(
    'RFC 9068 §4 (AT-01): takes the typ %s',
    async (typ) => {
      expect(await ask({}, { typ })).toBe(LET_IN);
    },
  );

  it.each(['JWT', undefined, 'id_token+jwt', 'jwt', '', 'at', 'atjwt', 'dpop+jwt', null, 5])(
    'RFC 9068 §4 (AT-01): refuses the typ %s',
    async (typ) => {
      expect(await ask({}, { typ })).toBe('token_kind_unexpected');
    },
  );

  it('RFC 9068 §4 (AT-01): refuses another typ whatever else marks an access token', async () => {
    const marks = { typ: 'Bearer', token_use: 'access', purpose: 'access_token', scp: ['a'] };
    expect(await ask(marks, { typ: 'JWT' })).toBe('token_kind_unexpected');
  });

  it('RFC 9068 §4 (AT-01): holds for the issuers that it is configured for', async () => {
    const other = await AuthorizationServer.start({ path: '/other' });
    const deployment = await deployOnce('express', ({ issuer }) => ({
      issuer: [issuer, { issuer: other.issuer, tokenProfile: 'rfc9068' }],
    }));
    const verdicts = await Promise.all([
      answer(deployment.service, deployment.issue({ jti: undefined }, { typ: 'JWT' })),
      answer(deployment.service, other.issue({}, { typ: 'JWT' })),
      answer(deployment.service, other.issue({ jti: undefined })),
      answer(deployment.service, other.issue()),
    ]);
    await other.stop();
    expect(verdicts).toEqual([LET_IN, 'token_kind_unexpected', 'required_claim_missing', LET_IN]);
  });

  it('RFC 9068 §4 (AT-02): the issuer is the one it knows, to the letter', async () => {
    const { issuer } = strict.authorizationServer;
    expect(await ask({ iss: issuer })).toBe(LET_IN);
    expect(await ask({ iss: `${issuer}/` })).toBe('issuer_untrusted');
    expect(await ask({ iss: [issuer] })).toBe('issuer_untrusted');
  });

  it('RFC 9068 §4 (AT-03): the audience is this resource', async () => {
    expect(await ask({ aud: [OTHER_AUDIENCE, AUDIENCE] })).toBe(LET_IN);
    expect(await ask({ aud: OTHER_AUDIENCE })).toBe('audience_mismatch');
    expect(await ask({ aud: [] })).toBe('audience_malformed');
  });

  it('RFC 9068 §4 (AT-04): it is signed, with a key of the authorization server', async () => {
    const { issuer, key } = strict.authorizationServer;
    const attacker = signingKey('ES256', 'attacker');
    const header = { alg: 'none', typ: 'at+jwt', kid: key.kid };
    const unsigned = `${base64url(header)}.${base64url(validClaims(issuer))}.`;
    expect(await answer(strict.service, unsigned)).toBe('algorithm_not_allowed');
    const forged = strict.issue({}, { jwk: attacker.jwk }, attacker.as(key.kid));
    expect(await answer(strict.service, forged)).toBe('signature_invalid');
  });

  it('RFC 9068 §4 (AT-05): it has not expired, give or take the clocks', async () => {
    expect(await ask({ exp: now() + 1 })).toBe(LET_IN);
    expect(await ask({ exp: now() - 60 })).toBe('token_expired');
  });
});

describe('claims', () => {
  it.each(['sub', 'client_id', 'iat', 'jti'])(
    'RFC 9068 §2.2 (AT-08): %s is required under this profile and no other',
    async (name) => {
      expect(await ask({ [name]: undefined })).toBe('required_claim_missing');
      expect(await ask({ [name]: undefined }, {}, auto)).toBe(LET_IN);
    },
  );

  it.each([5, {}, ['cli'], null, ''])(
    'RFC 9068 §2.2 (AT-08): client_id is a name, not %j',
    async (clientId) => {
      expect(await ask({ client_id: clientId })).toBe('required_claim_missing');
    },
  );

  it('RFC 9068 §2.2 (AT-08): iss, exp and aud are required always', async () => {
    for (const on of [strict, auto]) {
      expect(await ask({ iss: undefined }, {}, on)).toBe('issuer_missing');
      expect(await ask({ exp: undefined }, {}, on)).toBe('expiry_missing');
      expect(await ask({ aud: undefined }, {}, on)).toBe('audience_missing');
    }
  });

  it('RFC 9068 §2.2.1, §2.2.2 (AT-09, AT-10): what is said of the sign-in and the person is no mark of an ID token', async () => {
    const claims = {
      auth_time: now(),
      acr: 'urn:mace:incommon:iap:silver',
      amr: ['pwd'],
      sid: 'session',
      email: 'alice@example.com',
      name: 'Alice',
      preferred_username: 'alice',
    };
    expect(await ask(claims)).toBe(LET_IN);
    expect(await ask(claims, { typ: 'JWT' }, auto)).toBe(LET_IN);
  });

  const seenBy = (token: string) => strict.service.app.get(AccessTokenVerifier).verify(token);

  it('RFC 9068 §2.2.3 (AT-11): scope is a list with spaces', async () => {
    const token = await seenBy(strict.issue({ scope: 'files:read files:write' }));
    expect([...token.scopes]).toEqual(['files:read', 'files:write']);
  });

  it('RFC 9068 §2.2.3.1 (AT-12): groups, roles and entitlements are there for the application', async () => {
    const claims = { groups: ['a'], roles: ['b', 'c'], entitlements: ['d'] };
    expect((await seenBy(strict.issue(claims))).claims).toMatchObject(claims);
  });

  it('RFC 9068 §4 (AT-13): what the scopes allow is decided by route', async () => {
    const token = strict.issue({ scope: 'files:read' });
    expect(await answer(strict.service, token, { path: '/files' })).toBe(LET_IN);
    const open = { path: '/open/admin', scope: 'admin' };
    expect(await answer(strict.service, token, open)).toBe('scope_insufficient');
  });
});

describe('what else one authorization server signs', () => {
  it('RFC 9068 §5 (AT-14): an ID token by the same key is none', async () => {
    const idToken = { client_id: undefined, scope: undefined, azp: AUDIENCE, nonce: 'n' };
    for (const on of [strict, auto]) {
      for (const typ of [undefined, 'JWT']) {
        expect(await ask(idToken, { typ }, on)).toBe('token_kind_unexpected');
      }
    }
  });

  it('RFC 9068 §5 (AT-16): a token for one resource is no token for another', async () => {
    const other = await ResourceServer.start('express', {
      issuer: strict.authorizationServer.issuer,
      audience: OTHER_AUDIENCE,
      tokenProfile: 'rfc9068',
    });
    const [forUs, forThem] = [strict.issue(), strict.issue({ aud: OTHER_AUDIENCE })];
    const resourceMetadata = 'https://other.example.com/.well-known/oauth-protected-resource/mcp';
    const verdicts = await Promise.all([
      answer(strict.service, forUs),
      answer(other, forUs, { resourceMetadata }),
      answer(strict.service, forThem),
      answer(other, forThem),
    ]);
    await other.stop();
    expect(verdicts).toEqual([LET_IN, 'audience_mismatch', 'audience_mismatch', LET_IN]);
  });
});

it('RFC 9068 §4: refuses under that profile, too, whatever must be refused without it', async () => {
  const server = await TestAuthorizationServer.start({ algorithm: 'PS256' });
  onTestFinished(() => server.stop());
  const options = { issuer: server.issuer, audience: AUDIENCE, tokenProfile: 'rfc9068' } as const;
  const service = await ResourceServer.start('fastify', options);
  onTestFinished(() => service.stop());
  expect(await answer(service, await server.issue({ aud: AUDIENCE }))).toBe(LET_IN);
  for (const { name, token, reason } of await hostileTokens(server, { audience: AUDIENCE })) {
    expect([name, await answer(service, token)]).toEqual([name, reason]);
  }
});
