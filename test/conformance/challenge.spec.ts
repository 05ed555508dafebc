import { extractWWWAuthenticateParams } from '@modelcontextprotocol/sdk/client/auth.js';
import { Controller, Get } from '@nestjs/common';
import {
  AudienceAuthModule,
  RequireAnyScope,
  RequireScopes,
  type RejectionReason,
} from 'nestjs-audience-auth';
import { RequireToolScopes } from 'nestjs-audience-auth/mcp';
import { describe, expect, it } from 'vitest';
import { status } from '../support/answers.js';
import { JWKS } from '../support/authorization-server.js';
import { deploy, deployOnce, type Deployment } from '../support/deployment.js';
import {
  ANSWERS,
  expectChallenge,
  expectClientForbidden,
  expectRejection,
  expectUnavailable,
} from '../support/expect-rejection.js';
import { ADAPTERS, type Application } from '../support/resource-server.js';
import { AUDIENCE, now, OTHER_AUDIENCE, RESOURCE_METADATA } from '../support/tokens.js';

@Controller()
class BrokenController {
  @Get('broken')
  broken(): never {
    throw new Error('bad "x"\r\nSet-Cookie: a=b é');
  }
}

/** RFC 9110 §11.2: the parameters of a single challenge, in order. */
function parametersOf(challenge: string): [name: string, value: string][] {
  expect(challenge).toMatch(/^Bearer \w+="[^"]*"(?:, \w+="[^"]*")*$/);
  return [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [
    name,
    value,
  ]);
}

const REALM = 'Files, 1st floor';

/** What something in front of the guard may have set. */
function challengeInFront(app: Application): void {
  app.use((_request: unknown, response: Headers, next: () => void) => {
    (response as unknown as { setHeader(name: string, value: string): void }).setHeader(
      'WWW-Authenticate',
      'Basic realm="old"',
    );
    next();
  });
}

/** One answer for each reason that there is, and for the client that one route does not serve. */
const refusals: Record<string, (deployment: Deployment) => Promise<Response>> = {
  token_missing: (d) => d.get('/files'),
  request_malformed: (d) => d.get('/files', 'a b'),
  token_too_large: (d) => d.get('/files', 'x'.repeat(2001)),
  token_malformed: (d) => d.get('/files', 'x'),
  critical_header_unsupported: (d) => d.get('/files', d.issue({}, { crit: ['x'], x: 1 })),
  algorithm_not_allowed: (d) => d.get('/files', d.issue({}, { alg: 'HS256' })),
  key_unknown: (d) => d.get('/files', d.issue({}, { kid: '"\r\n\u0000é' })),
  signature_invalid: (d) => d.get('/files', d.issue().replace(/\.[^.]*$/, `.${'A'.repeat(86)}`)),
  issuer_missing: (d) => d.get('/files', d.issue({ iss: undefined })),
  issuer_untrusted: (d) => d.get('/files', d.issue({ iss: 'https://"evil"\r\n' })),
  expiry_missing: (d) => d.get('/files', d.issue({ exp: undefined })),
  token_expired: (d) => d.get('/files', d.issue({ exp: now() - 60 })),
  token_not_yet_valid: (d) => d.get('/files', d.issue({ nbf: now() + 60 })),
  token_too_old: (d) => d.get('/files', d.issue({ iat: now() - 90_000 })),
  time_claim_malformed: (d) => d.get('/files', d.issue({ exp: '"\r\n' })),
  audience_missing: (d) => d.get('/files', d.issue({ aud: undefined })),
  audience_malformed: (d) => d.get('/files', d.issue({ aud: { '"\r\n': 1 } })),
  audience_mismatch: (d) => d.get('/files', d.issue({ aud: '"\r\n\\é' })),
  audience_not_exclusive: (d) => d.get('/files', d.issue({ aud: [AUDIENCE, OTHER_AUDIENCE] })),
  token_kind_unexpected: (d) => d.get('/files', d.issue({}, { typ: '"\r\n' })),
  required_claim_missing: (d) => d.get('/files', d.issue({ jti: undefined })),
  proof_required: (d) => d.get('/files', d.issue({ cnf: {} })),
  client_not_authorized: (d) => d.get('/files', d.issue({ client_id: '"\r\n' })),
  scope_insufficient: (d) => d.get('/files', d.issue({ scope: '"\r\n' })),
  'client forbidden on this route': (d) => d.get('/files/client', d.issue()),
};

function refused(reason: string, deployment: Deployment): Promise<Response> {
  return refusals[reason]?.(deployment) ?? Promise.reject(new Error(`no way to ${reason}`));
}

const STRICT = {
  tokenProfile: 'rfc9068',
  coAudiences: [],
  authorizedParties: ['cli'],
  maxTokenBytes: 2000,
} as const;

/** No decorator raises this one yet. */
const reasons = Object.keys(ANSWERS).filter((reason) => reason !== 'authentication_insufficient');

describe.each(ADAPTERS)('the challenge on %s', (adapter) => {
  const deployment = deploy(adapter, { ...STRICT, realm: REALM }, { configure: challengeInFront });

  it('is looked at for every reason', () => {
    expect(Object.keys(refusals)).toEqual(expect.arrayContaining(reasons));
  });

  it.each(Object.keys(refusals))(
    'RFC 6750 §3, RFC 9110 §11.2 (HDR-01, HDR-02, HDR-03, HDR-05, HDR-07, HDR-08): %s has quoted parameters, each once',
    async (reason) => {
      const response = await refused(reason, deployment);
      const challenge = response.headers.get('www-authenticate') ?? '';
      const parameters = parametersOf(challenge);
      expect(parameters.length).toBeGreaterThan(0);
      const names = parameters.map(([name]) => name);
      expect(names).toEqual([...new Set(names)]);
      expect(names).toContain('realm');
      // What is in front of the guard has its say no longer.
      expect(challenge).not.toContain('Basic');
      for (const [name, value] of parameters) {
        expect(value).toMatch(
          name === 'scope'
            ? /^[\x21\x23-\x5b\x5d-\x7e]+(?: [\x21\x23-\x5b\x5d-\x7e]+)*$/
            : /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/,
        );
      }
    },
  );

  it.each(reasons.filter((reason) => ANSWERS[reason as RejectionReason][1] === 'invalid_token'))(
    'RFC 9068 §4 (HDR-13, AT-07): %s is 401 invalid_token',
    async (reason) => {
      const response = await refused(reason, deployment);
      expect(response.status).toBe(401);
      expect(extractWWWAuthenticateParams(response).error).toBe('invalid_token');
      expect(await response.json()).toMatchObject({ error: 'invalid_token', reason });
    },
  );

  it.each([
    ['request_malformed', 400, 'invalid_request'],
    ['token_expired', 401, 'invalid_token'],
    ['scope_insufficient', 403, 'insufficient_scope'],
  ])('RFC 6750 §3.1 (HDR-12): %s is %i with %s', async (reason, code, error) => {
    const response = await refused(reason, deployment);
    expect(response.status).toBe(code);
    expect(extractWWWAuthenticateParams(response).error).toBe(error);
  });

  it('RFC 6750 §3.1 (HDR-12): a client that may not call a route gets no error code of this table', async () => {
    const response = await deployment.get('/files/client', deployment.issue());
    await expectClientForbidden(response, { realm: REALM });
  });

  it('RFC 6750 §3 (HDR-10): names every scope that the operation needs', async () => {
    const token = deployment.issue({ scope: 'files:read' });
    await expectRejection(
      await deployment.get('/files', token, { method: 'POST' }),
      'scope_insufficient',
      { realm: REALM, scope: 'files:read files:write' },
    );
    await expectRejection(await deployment.get('/files/report', token), 'scope_insufficient', {
      realm: REALM,
      scope: 'files:read reports:read',
    });
  });

  it('RFC 9728 §5.1 (HDR-11, PRM-16): points to metadata that is there', async () => {
    const { resourceMetadataUrl } = extractWWWAuthenticateParams(await deployment.get('/plain'));
    expect(resourceMetadataUrl?.href).toBe(RESOURCE_METADATA);
    const response = await deployment.get(resourceMetadataUrl?.pathname ?? '');
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ resource: AUDIENCE });
  });

  it.each(Object.keys(refusals))(
    'RFC 6750 §3 (HDR-15): %s says to a regular expression what it says to a parser',
    async (reason) => {
      const response = await refused(reason, deployment);
      const parameters = parametersOf(response.headers.get('www-authenticate') ?? '');
      const { error, scope, resource_metadata: metadata } = Object.fromEntries(parameters);
      const seen = extractWWWAuthenticateParams(response);
      expect([seen.error, seen.scope, seen.resourceMetadataUrl?.href]).toEqual([
        error,
        scope,
        metadata,
      ]);
      // Names of parameters may not turn up in values, and text for people comes last.
      const description = parameters.findIndex(([name]) => name === 'error_description');
      expect([-1, parameters.length - 1]).toContain(description);
      const texts = parameters.filter(([name]) => name !== 'resource_metadata');
      expect(texts.map(([, value]) => value).join()).not.toContain('=');
    },
  );
});

describe.each(ADAPTERS)('the challenge where there is nothing to tell, on %s', (adapter) => {
  const deployment = deploy(adapter, { resource: false });

  it('RFC 6750 §3 (HDR-01): is never a bare Bearer', async () => {
    const response = await deployment.get('/plain');
    expectChallenge(response, { realm: 'api', resourceMetadata: '' });
  });

  it('RFC 6750 §3 (HDR-01): has no realm where there is something else to say', async () => {
    const missing = await deployment.get('/files');
    expectChallenge(missing, { scope: 'files:read', resourceMetadata: '' });
    const bad = await deployment.get('/plain', 'x');
    await expectRejection(bad, 'token_malformed', { resourceMetadata: '' });
  });
});

describe.each(ADAPTERS)('answers that no other token would better, on %s', (adapter) => {
  const deployment = deploy(adapter, {}, { controllers: [BrokenController] });

  it('RFC 9110 §11.6.1 (HDR-14): 404 has no challenge', async () => {
    const response = await deployment.get('/nowhere');
    expect(response.status).toBe(404);
    expect(response.headers.get('www-authenticate')).toBeNull();
  });

  it('RFC 9110 §11.6.1, RFC 6750 §3 (HDR-14, HDR-05): 500 has no challenge and no word of the handler', async () => {
    const response = await deployment.get('/broken', deployment.issue());
    expect(response.status).toBe(500);
    expect(response.headers.get('www-authenticate')).toBeNull();
    expect(response.headers.get('set-cookie')).toBeNull();
    expect(await response.text()).not.toContain('bad');
  });

  it('RFC 9110 §11.6.1 (HDR-14): 503 has no challenge', async () => {
    const outage = await deployOnce(adapter, {}, {}, (server) => server.fail(JWKS, status(500)));
    await expectUnavailable(await outage.get('/plain', outage.issue()));
  });
});

describe('at boot', () => {
  it.each(['', 'a b', 'a"b', 'a\\b', 'é', 'a\tb', 'a\n', '\u0000', '\u007f', ' '])(
    'RFC 6750 §3 (HDR-04): %j cannot be required, since it is no scope',
    (scope) => {
      expect(() => RequireScopes(scope)).toThrow(TypeError);
      expect(() => RequireScopes('fine', scope)).toThrow(TypeError);
      expect(() => RequireAnyScope('fine', scope)).toThrow(TypeError);
      expect(() => RequireToolScopes({ tool: ['fine', scope] })).toThrow(TypeError);
    },
  );

  it.each(['files:read', 'https://api.example.com/files.read', '!', '#[]^~', "it's", 'a=b'])(
    'RFC 6750 §3 (HDR-04): %j can',
    (scope) => {
      expect(() => RequireScopes(scope)).not.toThrow();
    },
  );

  it.each(['a"b', 'a\\b', 'a\r\nSet-Cookie: a=b', 'é', 'scope=x', 'a\tb', ''])(
    'RFC 6750 §3 (HDR-05, HDR-15): %j is no realm',
    (realm) => {
      const options = { issuer: 'https://as.example.com', audience: AUDIENCE, realm };
      expect(() => AudienceAuthModule.forRoot(options)).toThrow(/realm/);
    },
  );

  it.each([
    'https://api.example.com/"mcp"',
    'https://api.example.com/m\\cp',
    'https://a.example/ x',
  ])('RFC 9728 §5.1 (HDR-05, HDR-11): %j is no resource that a challenge could point to', (url) => {
    const options = { issuer: 'https://as.example.com', audience: 'urn:api', resource: { url } };
    expect(() => AudienceAuthModule.forRoot(options)).toThrow(/resource\.url/);
  });
});
