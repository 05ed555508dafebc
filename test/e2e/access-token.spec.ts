import { AccessTokenVerifier, type AccessToken } from 'nestjs-audience-auth';
import { describe, expect, it } from 'vitest';
import { deploy } from '../support/deployment.js';
import { ADAPTERS } from '../support/resource-server.js';
import { AUDIENCE, now, OTHER_AUDIENCE, type Claims } from '../support/tokens.js';

describe.each(ADAPTERS)('the access token that a handler gets, on %s', (adapter) => {
  const deployment = deploy(adapter);

  it('says what the claims say, in the words of the RFCs', async () => {
    const iat = now() - 10;
    const claims = { aud: AUDIENCE, iat, exp: iat + 300, jti: 'id-1', tenant: 'acme' };
    const response = await deployment.get('/plain', deployment.issue(claims));
    const { issuer } = deployment.authorizationServer;
    expect(await response.json()).toEqual({
      handler: 'plain',
      token: {
        issuer,
        subject: 'alice',
        audience: [AUDIENCE],
        clientId: 'cli',
        scopes: ['files:read'],
        expiresAt: new Date((iat + 300) * 1000).toISOString(),
        issuedAt: new Date(iat * 1000).toISOString(),
        id: 'id-1',
        claims: {
          ...claims,
          iss: issuer,
          sub: 'alice',
          client_id: 'cli',
          scope: 'files:read',
        },
      },
    });
  });

  it('leaves out what the token does not say', async () => {
    const nothing = { sub: undefined, client_id: undefined, iat: undefined, jti: undefined };
    const response = await deployment.get('/plain', deployment.issue({ ...nothing, scope: '' }));
    const { token } = (await response.json()) as { token: object };
    expect(Object.keys(token).toSorted()).toEqual([
      'audience',
      'claims',
      'expiresAt',
      'issuer',
      'scopes',
    ]);
  });

  it.each<[unknown, Claims]>([
    ['a', { client_id: 'a', azp: 'b', cid: 'c', appid: 'd' }],
    ['b', { client_id: undefined, azp: 'b', cid: 'c', appid: 'd' }],
    ['c', { client_id: undefined, cid: 'c', appid: 'd' }],
    ['d', { client_id: undefined, appid: 'd' }],
    ['b', { client_id: 5, azp: 'b' }],
    [undefined, { client_id: undefined }],
  ])('was issued to the client %s: %j', async (clientId, claims) => {
    const response = await deployment.get('/plain', deployment.issue(claims));
    const { token } = (await response.json()) as { token: Partial<AccessToken> };
    expect(token.clientId).toBe(clientId);
  });

  it('has claims of any name, which are data', async () => {
    const token = deployment.issue(
      JSON.parse('{ "__proto__": { "admin": true }, "tenant": 1, "toString": "x" }') as Claims,
    );
    const response = await deployment.get('/claim', token);
    expect(await response.json()).toMatchObject({ tenant: 1, proto: { admin: true } });
    const without = await deployment.get('/claim', deployment.issue());
    expect(await without.json()).toEqual({ handler: 'claim', tenant: null, proto: null });
  });
});

describe('an access token', () => {
  const deployment = deploy('express', {
    scopeHierarchy: { write: ['read'], admin: ['write', 'audit'] },
  });
  const verified = (claims: Claims = {}): Promise<AccessToken> =>
    deployment.service.app.get(AccessTokenVerifier).verify(deployment.issue(claims));

  it('cannot be changed by whoever is handed it', async () => {
    const token = await verified({ aud: [AUDIENCE, OTHER_AUDIENCE], act: { sub: 'x', of: [{}] } });
    const act = token.claims['act'] as { of: unknown[] };
    for (const part of [token, token.audience, token.scopes, token.claims, act, act.of, act.of[0]])
      expect(Object.isFrozen(part)).toBe(true);
    const scopes = token.scopes as Set<string>;
    expect(() => scopes.add('admin')).toThrow(TypeError);
    expect(() => scopes.delete('files:read')).toThrow(TypeError);
    expect(() => scopes.clear()).toThrow('The scopes of an access token cannot be changed.');
    expect([...scopes]).toEqual(['files:read']);
  });

  it('has claims without a prototype', async () => {
    const { claims } = await verified();
    expect(Object.getPrototypeOf(claims)).toBeNull();
    expect(claims['constructor']).toBeUndefined();
  });

  it.each([
    ['admin', ['admin', 'write', 'read', 'audit'], ['other', '']],
    ['write', ['write', 'read'], ['admin', 'audit']],
    ['read', ['read'], ['write', 'Read', 'rea', 'read ']],
    ['other', ['other'], ['read']],
    ['write other', ['write', 'read', 'other'], ['write other']],
    ['', [], ['', 'read']],
  ])('with the scope "%s" has %j, and not %j', async (scope, granted, denied) => {
    const token = await verified({ scope });
    expect(granted.filter((each) => !token.hasScope(each))).toEqual([]);
    expect(denied.filter((each) => token.hasScope(each))).toEqual([]);
    expect([...token.scopes]).toEqual(scope.split(' ').filter((each) => each !== ''));
  });

  it('is a new one for each request', async () => {
    const token = deployment.issue();
    const verifier = deployment.service.app.get(AccessTokenVerifier);
    expect(await verifier.verify(token)).toEqual(await verifier.verify(token));
  });

  it('does not show the token string, nor what the scopes bring with them', async () => {
    const token = await verified({ scope: 'admin' });
    expect(Object.keys(token)).not.toContain('raw');
    expect(JSON.stringify(token)).not.toContain('eyJ');
  });
});
