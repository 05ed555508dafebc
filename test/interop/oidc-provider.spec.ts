import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { ResourceServer } from '../support/resource-server.js';
import { AUDIENCE, OTHER_AUDIENCE } from '../support/tokens.js';
import { answer, LET_IN } from '../support/verdict.js';
import { ALGORITHMS, OidcAuthorizationServer } from './oidc-authorization-server.js';

const PROFILES = ['auto', 'rfc9068'] as const;

let server: OidcAuthorizationServer;
beforeAll(async () => {
  server = await OidcAuthorizationServer.start([AUDIENCE, OTHER_AUDIENCE]);
});
afterAll(() => server.stop());

describe.each(PROFILES)('tokens of oidc-provider, under the profile %s', (tokenProfile) => {
  let service: ResourceServer;
  beforeAll(async () => {
    const { issuer } = server;
    service = await ResourceServer.start('express', { issuer, audience: AUDIENCE, tokenProfile });
  });
  afterAll(() => service.stop());
  const ask = (token: string, path = '/plain', scope?: string) =>
    answer(service, token, { path, ...(scope !== undefined && { scope }) });

  describe.each(ALGORITHMS)('signed with %s', (alg) => {
    it('RFC 9068 §2, RFC 8707 §2: lets in one that a client got for this resource', async () => {
      const { access_token: token } = await server.clientCredentials(alg, AUDIENCE);
      expect(decodeProtectedHeader(token)).toMatchObject({ alg, typ: 'at+jwt' });
      expect(await ask(token)).toBe(LET_IN);
    });

    it('RFC 9068 §2, RFC 8707 §2: lets in one that somebody signed in for', async () => {
      const { access_token: token } = await server.authorizationCode(alg, AUDIENCE);
      expect(decodeProtectedHeader(token).alg).toBe(alg);
      const response = await service.request('/plain', { token });
      expect(response.status).toBe(200);
      expect(await response.json()).toMatchObject({
        token: {
          issuer: server.issuer,
          subject: 'alice',
          clientId: alg,
          audience: [AUDIENCE],
          scopes: ['files:read', 'files:write'],
        },
      });
    });

    it('RFC 8707 §2: refuses one for another resource', async () => {
      const { access_token: ofClient } = await server.clientCredentials(alg, OTHER_AUDIENCE);
      const { access_token: ofUser } = await server.authorizationCode(alg, OTHER_AUDIENCE);
      expect(await ask(ofClient)).toBe('audience_mismatch');
      expect(await ask(ofUser)).toBe('audience_mismatch');
    });

    it('OpenID Connect Core §2: refuses an ID token', async () => {
      const { id_token: idToken = '' } = await server.authorizationCode(alg, AUDIENCE);
      expect(decodeJwt(idToken)).toMatchObject({ aud: alg, sub: 'alice' });
      expect(await ask(idToken)).toBe('audience_mismatch');
    });
  });

  it.each([undefined, 'n'])(
    'OpenID Connect Core §2: refuses an ID token of a client that is called like this resource, nonce %s',
    async (nonce) => {
      const tokens = await server.authorizationCode(AUDIENCE, AUDIENCE, nonce);
      // Signed, in force, from this issuer and for this audience.
      expect(decodeJwt(tokens.id_token ?? '')).toMatchObject({ aud: AUDIENCE, iss: server.issuer });
      expect(await ask(tokens.id_token ?? '')).toBe('token_kind_unexpected');
      // The access token beside it is one, even though client and audience are the same.
      expect(await ask(tokens.access_token)).toBe(LET_IN);
    },
  );

  it('RFC 6749 §1.4: refuses an opaque token', async () => {
    const { access_token: token } = await server.clientCredentials('RS256');
    expect(token).not.toContain('.');
    expect(await ask(token)).toBe('token_malformed');
  });

  it('RFC 6750 §3.1: forbids what the scope does not cover', async () => {
    const { access_token: reading } = await server.clientCredentials(
      'ES256',
      AUDIENCE,
      'files:read',
    );
    expect(await ask(reading, '/files')).toBe(LET_IN);
    const { access_token: nothing } = await server.clientCredentials('ES256', AUDIENCE, '');
    expect(await ask(nothing, '/files', 'files:read')).toBe('scope_insufficient');
    expect(await ask(nothing)).toBe(LET_IN);
  });
});

describe('the keys of oidc-provider', () => {
  it('OpenID Connect Core §10.1.1: may be followed by others, and withdrawn', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    const service = await ResourceServer.start('express', {
      issuer: server.issuer,
      audience: AUDIENCE,
    });
    onTestFinished(() => service.stop());
    const fetched = async () => (await server.clientCredentials('ES256', AUDIENCE)).access_token;

    const first = await fetched();
    expect(await answer(service, first)).toBe(LET_IN);

    server.rotate('second', { keepOld: true });
    const second = await fetched();
    expect(decodeProtectedHeader(second).kid).toBe('ES256 second');
    vi.setSystemTime(Date.now() + 5000);
    expect(await answer(service, second)).toBe(LET_IN);
    expect(await answer(service, first)).toBe(LET_IN);

    server.rotate('third');
    const third = await fetched();
    vi.setSystemTime(Date.now() + 5000);
    expect(await answer(service, third)).toBe(LET_IN);
    expect(await answer(service, second)).toBe('key_unknown');
  });
});
