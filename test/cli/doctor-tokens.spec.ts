import { describe, expect, it } from 'vitest';
import { complaints, CODE, diagnosis, issuingServer, saying, TICKETS } from './doctor-run.js';
import { expectForRootFits } from './for-root.js';
import { CLIENT, type Issue } from './issuing-server.js';

/** RFC 8707 §2.2, RFC 9068: as it should be. */
const wellBehaved: Issue = ({ resource }, server) => ({
  access_token: server.token({ aud: resource }),
});

const withResource = (resource: string) => ['--client-id', CLIENT, '--resource', resource];

const withScope = (scope: string) => [...withResource(TICKETS), '--scope', scope];

describe('audience-auth doctor, with a client', () => {
  it('RFC 8707 §2: finds nothing wrong where resource is honoured', async () => {
    const server = await issuingServer(wellBehaved);
    const found = await diagnosis(server);
    expect(complaints(found)).toEqual([]);
    expect(found).toMatchObject({ exitCode: 0, verdict: 'ok' });
    expect(saying('resource= is honoured', found)).toHaveLength(1);
    expect(saying('is refused at', found).map(({ title }) => title)).toEqual([
      `a token for ${CODE} is refused at ${TICKETS}: audience_mismatch`,
      `a token for ${TICKETS} is refused at ${CODE}: audience_mismatch`,
    ]);
    expect(found.services.map(({ audience, proven }) => [audience, proven])).toEqual([
      [TICKETS, true],
      [CODE, true],
    ]);
    expect(found.services[0]?.forRoot).toContain("tokenProfile: 'rfc9068'");
    await expectForRootFits(found, (resource) => server.token({ aud: resource }));
  });

  it('finds out that the audience is ignored', async () => {
    const server = await issuingServer((_form, self) => ({
      access_token: self.token({ aud: 'api://default' }),
    }));
    const found = await diagnosis(server);
    expect(found).toMatchObject({ exitCode: 1, verdict: 'problem' });
    expect(complaints(found)).toEqual([
      'problem: resource= is ignored: the token is the same whichever service is named',
      'warning: audience= is ignored: the token is the same whichever service is named',
      `problem: a token for ${CODE} is let in at ${TICKETS}`,
      `problem: a token for ${TICKETS} is let in at ${CODE}`,
    ]);
    expect(found.services.map(({ audience }) => audience)).toEqual(['api://default']);
  });

  it('finds out that a token is for all services at once', async () => {
    const server = await issuingServer((_form, self) => ({
      access_token: self.token({ aud: [TICKETS, CODE] }),
    }));
    const found = await diagnosis(server);
    expect(found.exitCode).toBe(1);
    expect(complaints(found)).toContain(
      'problem: resource= gives tokens that are for all services at once',
    );
    expect(saying('aud names others beside the service', found)).not.toEqual([]);
  });

  it('finds out that the token for one of two services is for both', async () => {
    const server = await issuingServer(({ resource }, self) => ({
      access_token: self.token({ aud: resource === CODE ? [TICKETS, CODE] : resource }),
    }));
    const found = await diagnosis(server);
    expect(found.exitCode).toBe(1);
    expect(complaints(found)).toContain(
      'problem: resource= gives tokens that are for all services at once',
    );
    expect(complaints(found)).toContain(`problem: a token for ${CODE} is let in at ${TICKETS}`);
  });

  it('writes options of which nothing can break out, whatever the server says', async () => {
    const audience = `it's "x" \\', evil: [\u2028\u202e] //`;
    const server = await issuingServer((_form, self) => ({
      access_token: self.token({ aud: audience }),
    }));
    const found = await diagnosis(server, ['--client-id', CLIENT]);
    expect(found.services).toHaveLength(1);
    expect(found.services[0]?.forRoot).not.toMatch(/[\u2028\u202e]/);
    await expectForRootFits(found, (aud) => server.token({ aud }));
  });

  it('finds out that audience is honoured, and resource is not', async () => {
    const server = await issuingServer(({ audience }, self) => ({
      access_token:
        audience === undefined ? 'opaque-0123456789abcdef' : self.token({ aud: audience }),
    }));
    server.tokens.push('opaque-0123456789abcdef');
    const found = await diagnosis(server);
    expect(found).toMatchObject({ exitCode: 0, verdict: 'warning' });
    expect(complaints(found)).toEqual([
      'warning: resource= gives opaque tokens, which a service cannot read',
    ]);
    await expectForRootFits(found, (audience) => server.token({ aud: audience }));
  });

  it('finds out that resource is refused', async () => {
    const server = await issuingServer(({ resource, audience }, self) =>
      resource === undefined && audience === undefined
        ? { access_token: self.token({ aud: 'https://default.example.com' }) }
        : { error: 'invalid_target' },
    );
    const found = await diagnosis(server);
    expect(found.exitCode).toBe(1);
    const [refused] = saying('resource= is refused', found);
    expect(refused).toMatchObject({
      level: 'problem',
      detail: expect.stringContaining('invalid_target'),
    });
    expect(refused?.remedy).toContain('Register the service');
    expect(found.services).toEqual([]);
  });

  it('says what to do about an error that has nothing to do with the service', async () => {
    const server = await issuingServer(() => ({ error: 'unauthorized_client' }));
    const found = await diagnosis(server);
    expect(found.exitCode).toBe(1);
    expect(saying('resource= is refused', found)).toMatchObject([
      { remedy: 'Allow the client the grant client_credentials.' },
    ]);
    const alone = await diagnosis(server, ['--client-id', CLIENT]);
    expect(saying('there is no token', alone)).toMatchObject([
      { level: 'problem', remedy: 'Allow the client the grant client_credentials.' },
    ]);
  });

  it('finds out that one of two services is not known', async () => {
    const server = await issuingServer(({ resource }, self) =>
      resource === TICKETS
        ? { access_token: self.token({ aud: resource }) }
        : { error: 'invalid_target' },
    );
    const found = await diagnosis(server);
    expect(found.exitCode).toBe(0);
    expect(complaints(found)).toEqual([`warning: there is no token for ${CODE}: invalid_target`]);
    expect(found.services.map(({ audience }) => audience)).toEqual([TICKETS]);
    const turned = await diagnosis(server, [...withResource(CODE), '--resource', TICKETS]);
    expect(complaints(turned)).toEqual(complaints(found));
    expect(saying('ID tokens of this client', turned)).toHaveLength(1);
  });

  it('cannot judge by one service whether it is heeded, where the token is for it anyway', async () => {
    const server = await issuingServer((_form, self) => ({
      access_token: self.token({ aud: TICKETS }),
    }));
    const one = await diagnosis(server, withResource(TICKETS));
    expect(one.exitCode).toBe(0);
    expect(complaints(one)).toEqual([
      'warning: resource= cannot be judged: without it, the token is for the same service',
      'warning: audience= cannot be judged: without it, the token is for the same service',
    ]);
    const another = await diagnosis(server, withResource(CODE));
    expect(complaints(another)).toContain(
      'problem: resource= is ignored: the token is the same whichever service is named',
    );
  });

  it('finds out that tokens are opaque', async () => {
    const server = await issuingServer(() => ({ access_token: 'opaque-0123456789abcdef' }));
    server.tokens.push('opaque-0123456789abcdef');
    const found = await diagnosis(server);
    expect(found.exitCode).toBe(1);
    expect(complaints(found)).toContain(
      'problem: resource= gives opaque tokens, which a service cannot read',
    );
    expect(found.services.map(({ audience, proven }) => [audience, proven])).toEqual([
      [TICKETS, false],
      [CODE, false],
    ]);
  });

  it('finds out that aud is a GUID, and that the URL is only the name of the resource', async () => {
    const guids: Record<string, string> = {
      [TICKETS]: '2f0b4d2c-9b1e-4a52-a1d5-3b6b7a3f6a10',
      [CODE]: 'f1d9b7a3-7f0e-4a4f-8a52-0c7cf2b9d0aa',
    };
    const entra: Issue = ({ resource = '' }, self) => ({
      access_token: self.token(
        {
          aud: guids[resource],
          client_id: undefined,
          azp: CLIENT,
          azpacr: '1',
          scope: undefined,
          roles: ['a'],
        },
        { typ: 'JWT' },
      ),
    });
    const server = await issuingServer(entra);
    const found = await diagnosis(server);
    expect(found).toMatchObject({ exitCode: 0, verdict: 'warning' });
    expect(complaints(found)).toEqual([
      'warning: resource= is honoured, under another name: aud is not what was asked for',
      'warning: typ is "JWT", alg is "ES256"',
      'warning: scopes stand in roles, an array',
    ]);
    expect(saying('aud is a GUID', found)).toHaveLength(2);
    expect(found.services[0]?.forRoot).toContain(`resource: { url: '${TICKETS}' }`);
    await expectForRootFits(found, (audience) =>
      server.token({ aud: audience, scope: undefined, roles: ['a'] }, { typ: 'JWT' }),
    );
  });

  it('finds scopes in scp as an array, and the client in cid', async () => {
    const okta: Issue = ({ resource, scope = '' }, self) => ({
      access_token: self.token(
        {
          aud: resource,
          client_id: undefined,
          cid: CLIENT,
          scope: undefined,
          scp: scope.split(' '),
        },
        { typ: undefined },
      ),
    });
    const server = await issuingServer(okta);
    const found = await diagnosis(server, withScope('tickets:read tickets:write'));
    expect(found.exitCode).toBe(0);
    expect(complaints(found)).toEqual(['warning: typ is missing, alg is "ES256"']);
    expect(saying('scopes stand in scp, an array', found)).toHaveLength(1);
    expect(saying('the client stands in cid', found)).toHaveLength(1);
    await expectForRootFits(found, (audience) =>
      server.token({ aud: audience, cid: CLIENT }, { typ: undefined }),
    );
  });

  it('finds scopes in a claim of another name, and names it in scopeClaims', async () => {
    const server = await issuingServer(({ resource, scope = '' }, self) => ({
      access_token: self.token({ aud: resource, scope: undefined, permissions: scope.split(' ') }),
    }));
    const found = await diagnosis(server, withScope('tickets:read'));
    expect(found.services[0]?.forRoot).toContain("scopeClaims: ['permissions']");
  });

  it('finds a typ of its own, and names it in acceptTyp', async () => {
    const typ = 'application/okta-internal-at+jwt';
    const server = await issuingServer(({ resource }, self) => ({
      access_token: self.token({ aud: resource }, { typ }),
    }));
    const found = await diagnosis(server);
    expect(found.exitCode).toBe(0);
    expect(found.services[0]?.forRoot).toContain(`acceptTyp: ['${typ}']`);
    await expectForRootFits(found, (audience) => server.token({ aud: audience }, { typ }));
  });

  it('does not make an access token of what is none', async () => {
    const server = await issuingServer(({ resource }, self) => ({
      access_token: self.token({ aud: resource }, { typ: 'logout+jwt' }),
    }));
    const found = await diagnosis(server);
    expect(found.exitCode).toBe(1);
    expect(saying(`${TICKETS} refuses its own token: token_kind_unexpected`, found)).toMatchObject([
      { level: 'problem', detail: 'because of typ "logout+jwt" in the header' },
    ]);
    expect(found.services[0]).toMatchObject({ proven: false });
    expect(found.services[0]?.forRoot).not.toContain('acceptTyp');
  });

  it('OpenID Connect Core §2: finds an ID token that has the audience of the API', async () => {
    const server = await issuingServer(({ resource }, self) => ({
      access_token: self.token({ aud: resource }, { typ: 'JWT' }),
      id_token: self.token(
        { aud: resource, scope: undefined, client_id: undefined },
        { typ: 'JWT' },
      ),
    }));
    const found = await diagnosis(server);
    expect(complaints(found)).toContain(
      `warning: an ID token has the audience of the service ${TICKETS}`,
    );
  });

  it('OpenID Connect Core §2: finds an ID token that nothing tells from an access token', async () => {
    const server = await issuingServer(({ resource }, self) => ({
      access_token: self.token({ aud: resource }, { typ: 'JWT' }),
      id_token: self.token({ aud: resource }, { typ: 'JWT' }),
    }));
    const found = await diagnosis(server);
    expect(found.exitCode).toBe(1);
    expect(complaints(found)).toContain(
      `problem: nothing tells an ID token from an access token for ${TICKETS}`,
    );
  });

  it('asks for an ID token where the server knows the scope openid', async () => {
    const server = await issuingServer(({ resource, scope }, self) => ({
      access_token: self.token({ aud: resource }),
      ...(scope === 'openid' && { id_token: self.token({ aud: CLIENT }, { typ: 'JWT' }) }),
    }));
    server.metadata.scopes_supported = ['openid'];
    const found = await diagnosis(server);
    expect(found.exitCode).toBe(0);
    expect(saying('an ID token is refused', found)).toMatchObject([
      { level: 'ok', title: `an ID token is refused at ${TICKETS}: audience_mismatch` },
    ]);
  });

  it('finds that service and client go by one name', async () => {
    const server = await issuingServer((_form, self) => ({
      access_token: self.token({ aud: CLIENT }),
    }));
    const found = await diagnosis(server, ['--client-id', CLIENT]);
    expect(saying('the service and the client have one name', found)).toMatchObject([
      { level: 'warning' },
    ]);
  });

  it('finds tokens without audience, and those that last for days', async () => {
    const server = await issuingServer((_form, self) => {
      const iat = Math.floor(Date.now() / 1000);
      return { access_token: self.token({ aud: undefined, exp: iat + 30 * 86_400 }) };
    });
    const found = await diagnosis(server);
    expect(complaints(found)).toContain(
      `problem: the service ${TICKETS} refuses its own token: audience_missing`,
    );
    expect(saying('a token lasts 30 days', found)).toMatchObject([{ level: 'warning' }]);
    const alone = await diagnosis(server, ['--client-id', CLIENT]);
    expect(complaints(alone)).toEqual([
      'problem: without the name of a service the token is for nobody: it has no aud',
    ]);
  });

  it('finds a token that its own keys do not verify', async () => {
    const server = await issuingServer(wellBehaved);
    server.keys = [{ ...server.key.jwk, kid: 'another' }];
    const found = await diagnosis(server);
    expect(complaints(found)).toContain(
      `problem: the service ${TICKETS} refuses its own token: key_unknown`,
    );
  });
});
