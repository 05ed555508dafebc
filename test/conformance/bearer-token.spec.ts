import { All, Controller } from '@nestjs/common';
import { AccessTokenVerifier } from 'nestjs-audience-auth';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { handled } from '../support/controllers.js';
import { deploy } from '../support/deployment.js';
import { expectRejection } from '../support/expect-rejection.js';
import { log } from '../support/log.js';
import { rawRequest } from '../support/raw-request.js';
import { ADAPTERS } from '../support/resource-server.js';
import { now, OTHER_AUDIENCE, type Claims } from '../support/tokens.js';
import { answer, LET_IN, verdict } from '../support/verdict.js';

/** A token that passes every check, with padding that makes it exactly as long as that. */
function ofLength(bytes: number, issue: (claims: Claims, header: Claims) => string): string {
  // Base64url has no text of every length, so header and payload take turns.
  for (const hint of ['', 'x', 'xx']) {
    const short = issue({ padding: '' }, { hint }).length;
    let padding = 'x'.repeat(Math.floor(((bytes - short) * 3) / 4) - 3);
    let token: string;
    do token = issue({ padding: (padding += 'x') }, { hint });
    while (token.length < bytes);
    if (token.length === bytes) return token;
  }
  throw new Error('there is no such token');
}

describe.each(ADAPTERS)('a bearer token in a request to %s', (adapter) => {
  const deployment = deploy(adapter);
  const token = () => deployment.issue();

  /** With header lines that may be anything. */
  const raw = (lines: readonly string[], path = '/plain', init: { method?: string } = {}) =>
    rawRequest(deployment.service.url + path, lines, init);

  beforeEach(() => {
    handled.length = 0;
  });

  it('RFC 6750 §2.1 (BRR-01): takes a token from the Authorization header', async () => {
    const response = await raw([`Authorization: Bearer ${token()}`]);
    expect(response.status).toBe(200);
    expect(handled).toEqual(['plain']);
  });

  it.each(['bearer', 'BEARER', 'bEaReR'])(
    'RFC 9110 §11.1 (BRR-02): takes the scheme as %s',
    async (scheme) => {
      expect((await raw([`Authorization: ${scheme} ${token()}`])).status).toBe(200);
    },
  );

  it.each([2, 3, 500])(
    'RFC 6750 §2.1 (BRR-03): takes %i spaces after the scheme',
    async (count) => {
      const response = await raw([`Authorization: Bearer${' '.repeat(count)}${token()}`]);
      expect(response.status).toBe(200);
    },
  );

  it.each<[what: string, line: (token: string) => string]>([
    ['a tab between scheme and token', (t) => `Bearer\t${t}`],
    ['a tab after the space', (t) => `Bearer \t${t}`],
    ['a word after the token', (t) => `Bearer ${t} extra`],
    ['a second token', (t) => `Bearer ${t} ${t}`],
    ['quotation marks', (t) => `Bearer "${t}"`],
    ['a comma after the token', (t) => `Bearer ${t},`],
    ['a parameter after the token', (t) => `Bearer ${t}, realm="x"`],
    ['a parameter instead of the token', (t) => `Bearer token=${t}`],
    ['a colon', (t) => `Bearer: ${t}`],
    ['an equals sign before the end', (t) => `Bearer ${t}=${t}`],
    ['nothing but equals signs', () => 'Bearer ==='],
    ['a percent sign', (t) => `Bearer ${t.replace('.', '%2e')}`],
    ['a semicolon', (t) => `Bearer ${t};`],
    ['JSON', () => 'Bearer {"payload":"e30"}'],
    ['a no-break space between scheme and token', (t) => `Bearer\u00a0${t}`],
    ['a no-break space after the token', (t) => `Bearer ${t}\u00a0`],
    ['a letter that is none of ASCII', (t) => `Bearer ${t}\u00e9`],
  ])('RFC 6750 §2.1 (BRR-04): refuses %s', async (_what, line) => {
    await expectRejection(await raw([`Authorization: ${line(token())}`]), 'request_malformed');
    expect(handled).toEqual([]);
  });

  it('RFC 6750 §3.1 (BRR-05): says nothing of an error where no credentials were sent', async () => {
    const response = await raw([]);
    await expectRejection(response, 'token_missing');
    expect(response.headers.get('www-authenticate')).not.toContain('error');
  });

  it.each(['Basic dTpw', 'Negotiate x', 'Digest username="x"', 'Bearerx y', 'DPoP x', 'x', ''])(
    'RFC 6750 §3.1 (BRR-06): takes the credentials "%s" for none and asks for a bearer token',
    async (credentials) => {
      await expectRejection(await raw([`Authorization: ${credentials}`]), 'token_missing');
    },
  );

  it('RFC 6750 §3.1 (BRR-06): does not take a token of another scheme', async () => {
    await expectRejection(await raw([`Authorization: DPoP ${token()}`]), 'token_missing');
    await expectRejection(await raw([`Authorization: ${token()}`]), 'token_missing');
  });

  it.each(['Bearer', 'Bearer ', 'Bearer      '])(
    'RFC 6750 §3.1 (BRR-07): calls "%s" malformed',
    async (credentials) => {
      await expectRejection(await raw([`Authorization: ${credentials}`]), 'request_malformed');
    },
  );

  it.each<[what: string, others: (token: string) => string[]]>([
    ['two Authorization lines that are alike', (t) => [`Authorization: Bearer ${t}`]],
    ['a bad Authorization line after a good one', () => ['Authorization: Bearer x']],
    ['an empty Authorization line after a good one', () => ['Authorization:']],
    ['an Authorization line in capitals after a good one', (t) => [`AUTHORIZATION: Bearer ${t}`]],
    ['an Authorization line of another scheme', () => ['authorization: Basic dTpw']],
    ['an Authorization line after other lines', (t) => ['X-A: b', `Authorization: Bearer ${t}`]],
  ])('RFC 9110 §11.6.2 (BRR-09): refuses %s', async (_what, others) => {
    const jwt = token();
    const response = await raw([`Authorization: Bearer ${jwt}`, ...others(jwt)]);
    await expectRejection(response, 'request_malformed');
    expect(handled).toEqual([]);
  });

  it('RFC 9449 §7.2 (BRR-10): refuses a bearer token beside a DPoP-bound one', async () => {
    const jwt = token();
    const response = await raw([`Authorization: Bearer ${jwt}`, `Authorization: DPoP ${jwt}`]);
    await expectRejection(response, 'request_malformed');
  });

  it('OAuth 2.1 §5.1 (BRR-11, BRR-13): ignores a token in the query', async () => {
    const jwt = token();
    await expectRejection(await raw([], `/plain?access_token=${jwt}`), 'token_missing');
    const beside = await raw([`Authorization: Bearer ${jwt}`], '/plain?access_token=x');
    expect(beside.status).toBe(200);
    const bad = await raw(['Authorization: Bearer x'], `/plain?access_token=${jwt}`);
    await expectRejection(bad, 'token_malformed');
  });

  it.each([
    ['application/x-www-form-urlencoded', (jwt: string) => `access_token=${jwt}`],
    ['application/json', (jwt: string) => JSON.stringify({ access_token: jwt })],
  ])('RFC 6750 §2.2 (BRR-14): ignores a token in a body of %s', async (type, body) => {
    const response = await deployment.get('/plain', undefined, {
      method: 'POST',
      headers: { 'content-type': type },
      body: body(token()),
    });
    // Fastify has no parser for forms and answers before any guard.
    if (response.status !== 415) await expectRejection(response, 'token_missing');
    expect(handled).toEqual([]);
  });

  it('RFC 6750 §5.3 (BRR-15): ignores a token in a cookie', async () => {
    const jwt = token();
    const response = await raw([`Cookie: access_token=${jwt}; token=${jwt}; authorization=${jwt}`]);
    await expectRejection(response, 'token_missing');
  });

  it.each([
    ['GET', '/plain', undefined],
    ['HEAD', '/plain', undefined],
    ['POST', '/plain', undefined],
    ['GET', '/events', 'files:read'],
    ['GET', '/stream', 'files:read'],
    ['HEAD', '/stream', 'files:read'],
    ['POST', '/files', 'files:read files:write'],
  ])('RFC 9110 §15.5.2 (BRR-16): challenges %s %s', async (method, path, scope) => {
    const missing = await raw([], path, { method });
    const bad = await raw(['Authorization: Bearer x.y.z'], path, { method });
    expect([missing.status, bad.status]).toEqual([401, 401]);
    const scopeParameter = scope === undefined ? '' : `scope="${scope}", `;
    const metadata =
      'resource_metadata="https://api.example.com/.well-known/oauth-protected-resource/mcp"';
    expect(missing.headers.get('www-authenticate')).toBe(`Bearer ${scopeParameter}${metadata}`);
    expect(bad.headers.get('www-authenticate')).toBe(
      `Bearer error="invalid_token", ${scopeParameter}${metadata}, error_description="The access token is invalid"`,
    );
    expect(handled).toEqual([]);
  });

  it('RFC 6750 §3 (BRR-17): challenges where a good token does not suffice', async () => {
    const response = await deployment.get('/files', deployment.issue({ scope: 'other' }));
    await expectRejection(response, 'scope_insufficient', { scope: 'files:read' });
  });

  it('RFC 9110 §11.7 (BRR-21): never looks into Proxy-Authorization', async () => {
    const jwt = token();
    const response = await raw([
      `Proxy-Authorization: Bearer ${jwt}`,
      `X-Authorization: Bearer ${jwt}`,
      `X-Access-Token: ${jwt}`,
    ]);
    await expectRejection(response, 'token_missing');
  });
});

@Controller()
class AnyMethodController {
  @All('any')
  any() {
    handled.push('any');
  }
}

describe.each(ADAPTERS)('a preflight to %s', (adapter) => {
  const preflight = { Origin: 'https://web.example', 'Access-Control-Request-Method': 'GET' };
  const plain = deploy(adapter, {}, { controllers: [AnyMethodController] });
  const withCors = deploy(adapter, {}, { configure: (app) => app.enableCors() });

  it.each([
    ['of a route for all methods', plain, '/any', 204],
    ['of an application with CORS', withCors, '/plain', 204],
    ['of no route', plain, '/plain', 404],
  ])('Fetch §3.3.5 (BRR-18): %s is not challenged', async (_what, { service }, ...rest) => {
    const [path, status] = rest;
    handled.length = 0;
    const response = await service.request(path, { method: 'OPTIONS', headers: preflight });
    expect(response.status).toBe(status);
    expect(response.headers.get('www-authenticate')).toBeNull();
    expect(handled).toEqual([]);
  });

  it('Fetch §3.3.5 (BRR-18): is not what any request with OPTIONS is', async () => {
    for (const [left] of Object.entries(preflight)) {
      const headers = { ...preflight, [left]: '' };
      const lines = Object.entries(headers).filter(([, value]) => value !== '');
      const response = await plain.service.request('/any', {
        method: 'OPTIONS',
        headers: Object.fromEntries(lines),
      });
      await expectRejection(response, 'token_missing');
    }
  });
});

describe('the size of a token', () => {
  const deployment = deploy('express');
  const token = (bytes: number) => ofLength(bytes, (...spoilt) => deployment.issue(...spoilt));

  it('RFC 9110 §5.4 (BRR-20): looks at a token of 16 384 bytes, at a longer one not at all', async () => {
    expect(await verdict(deployment.service, token(16_384))).toBe(LET_IN);

    const tooLong = token(16_385);
    const parse = vi.spyOn(JSON, 'parse');
    try {
      const verifying = deployment.service.app.get(AccessTokenVerifier).verify(tooLong);
      await expect(verifying).rejects.toMatchObject({ reason: 'token_too_large', status: 401 });
      expect(parse).not.toHaveBeenCalled();
    } finally {
      parse.mockRestore();
    }
  });

  it('RFC 9110 §5.4 (BRR-20): is bounded by Node before that', async () => {
    const response = await deployment.get('/plain', token(20_000));
    expect(response.status).toBe(431);
  });
});

describe('what a token says', () => {
  const deployment = deploy('express', { realm: 'realm' });
  const secret = 'correct-horse-battery-staple';

  it.each<[reason: string, claims: Claims, header: Claims]>([
    ['audience_mismatch', { aud: `https://${secret}.example` }, {}],
    ['issuer_untrusted', { iss: `https://${secret}.example` }, {}],
    ['token_expired', { exp: now() - 60, sub: secret }, {}],
    ['time_claim_malformed', { exp: secret }, {}],
    ['token_malformed', { sub: { name: secret } }, {}],
    ['token_kind_unexpected', { nonce: secret }, { typ: secret }],
    ['key_unknown', {}, { kid: secret }],
    ['algorithm_not_allowed', {}, { alg: secret }],
    ['critical_header_unsupported', {}, { crit: [secret] }],
    ['proof_required', { cnf: { jkt: secret } }, {}],
    ['audience_malformed', { aud: [OTHER_AUDIENCE, { secret }] }, {}],
  ])('RFC 6750 §5.2 (BRR-22): is not repeated with %s', async (reason, claims, header) => {
    const token = deployment.issue(claims, header);
    // Looks for the encoded token in answer and log …
    const expected = { realm: 'realm', token };
    expect(await answer(deployment.service, token, expected)).toBe(reason);
    // … and here for what it says.
    const response = await deployment.get('/plain', token);
    const told = [...[...response.headers].flat(), await response.text(), ...log].join('\n');
    expect(told).not.toContain(secret);
  });

  it('RFC 6750 §5.2 (BRR-22): is not repeated with a malformed header or a missing scope', async () => {
    const token = deployment.issue({ sub: secret, scope: secret });
    const malformed = await deployment.get('/plain', undefined, {
      headers: { authorization: `Bearer ${token} ${secret}` },
    });
    await expectRejection(malformed, 'request_malformed', { token, realm: 'realm' });
    const missing = await deployment.get('/files', token);
    await expectRejection(missing, 'scope_insufficient', {
      token,
      realm: 'realm',
      scope: 'files:read',
    });
    for (const response of [malformed, missing]) {
      const told = [...[...response.headers].flat(), await response.text(), ...log].join('\n');
      expect(told).not.toContain(secret);
    }
  });
});
