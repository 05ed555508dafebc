import { REJECTIONS, type RejectionReason } from 'nestjs-audience-auth';
import { hostileTokens, TestAuthorizationServer } from 'nestjs-audience-auth/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { handled } from '../support/controllers.js';
import { deploy } from '../support/deployment.js';
import { ANSWERS, expectClientForbidden, expectRejection } from '../support/expect-rejection.js';
import { log } from '../support/log.js';
import { ADAPTERS, ResourceServer } from '../support/resource-server.js';
import { SCENARIOS, STRICT_OPTIONS } from '../support/scenarios.js';
import { signingKey } from '../support/signing-key.js';
import { AUDIENCE, now, OTHER_AUDIENCE } from '../support/tokens.js';

it('the table of reasons is the one that clients were promised', () => {
  const table = Object.entries(REJECTIONS).map(([reason, row]) => [
    reason,
    [row.status, 'error' in row ? row.error : undefined, row.description],
  ]);
  expect(Object.fromEntries(table)).toEqual(ANSWERS);
});

describe.each(ADAPTERS)('a refusal on %s', (adapter) => {
  const deployment = deploy(adapter, STRICT_OPTIONS);
  const ask = (path: string, authorization: string | undefined): Promise<Response> =>
    deployment.get(path, undefined, { headers: authorization ? { authorization } : {} });

  beforeEach(() => {
    handled.length = 0;
  });

  it('comes about by one fault in a token that is good otherwise', async () => {
    const response = await ask('/files', `Bearer ${deployment.issue()}`);
    expect(response.status).toBe(200);
    expect(handled).toEqual(['read']);
  });

  it.each(Object.entries(SCENARIOS))('says %s', async (reason, scenario) => {
    const authorization = scenario.authorization(deployment.authorizationServer);
    const response = await ask(scenario.path ?? '/plain', authorization);
    await expectRejection(response, reason as RejectionReason, {
      ...scenario,
      ...(authorization !== undefined && { token: authorization.replace('Bearer ', '') }),
    });
    expect(handled).toEqual([]);
  });

  it('says 403 where the client of a good token is not one of the route', async () => {
    const good = deployment.issue();
    await expectClientForbidden(await deployment.get('/files/client', good), { token: good });
    expect(handled).toEqual([]);
  });
});

describe.each(ADAPTERS)('each hostile token on %s', (adapter) => {
  let server: TestAuthorizationServer;
  let service: ResourceServer;

  beforeAll(async () => {
    server = await TestAuthorizationServer.start({ algorithm: 'ES256' });
    service = await ResourceServer.start(adapter, { issuer: server.issuer, audience: AUDIENCE });
  });
  afterAll(async () => {
    await service?.stop();
    await server?.stop();
  });

  it('is refused to the last byte, reaches no handler, and is given away nowhere', async () => {
    handled.length = 0;
    for (const { token, reason } of await hostileTokens(server, { audience: AUDIENCE })) {
      log.length = 0;
      const response = await service.request('/files', { token });
      await expectRejection(response, reason, { token, scope: 'files:read' });
    }
    expect(handled).toEqual([]);
    const token = await server.issue({ aud: AUDIENCE, scope: 'files:read' });
    expect((await service.request('/files', { token })).status).toBe(200);
  });
});

/** A request that is wrong in everything, to be mended step by step. */
interface Draft {
  prefix: string;
  suffix: string;
  claims: Record<string, unknown>;
  header: Record<string, unknown>;
  forged: boolean;
}

const wrongInEverything = (): Draft => ({
  prefix: 'Basic ',
  suffix: ' trailing',
  header: { typ: 'JWT', alg: 'HS256', kid: 1, crit: ['exp'] },
  claims: {
    iss: undefined,
    sub: 5,
    exp: undefined,
    nbf: now() + 900,
    iat: now() - 100_000,
    aud: undefined,
    jti: undefined,
    client_id: 'stranger',
    cnf: { jkt: 'thumbprint' },
    scope: 'none',
    padding: 'x'.repeat(2000),
  },
  forged: true,
});

type Step = readonly [refusedFor: RejectionReason, mend: (draft: Draft, issuer: string) => void];

/** What such a request is refused for, and how that is mended: the order of the checks. */
const STEPS: readonly Step[] = [
  ['token_missing', (draft) => (draft.prefix = 'Bearer ')],
  // The size comes before the grammar, since it is what keeps the grammar cheap.
  ['token_too_large', ({ claims }) => delete claims['padding']],
  ['request_malformed', (draft) => (draft.suffix = '')],
  ['token_malformed', ({ header }) => (header['kid'] = 'unheard-of')],
  ['critical_header_unsupported', ({ header }) => delete header['crit']],
  ['issuer_missing', ({ claims }) => (claims['iss'] = 'https://as.example.com')],
  ['issuer_untrusted', ({ claims }, issuer) => (claims['iss'] = issuer)],
  ['algorithm_not_allowed', ({ header }) => (header['alg'] = 'ES256')],
  ['key_unknown', ({ header }) => (header['kid'] = 'ES256')],
  ['signature_invalid', (draft) => (draft.forged = false)],
  ['token_malformed', ({ claims }) => (claims['sub'] = 'alice')],
  ['expiry_missing', ({ claims }) => (claims['exp'] = 'tomorrow')],
  ['time_claim_malformed', ({ claims }) => (claims['exp'] = now() - 60)],
  ['token_expired', ({ claims }) => (claims['exp'] = now() + 600)],
  ['token_not_yet_valid', ({ claims }) => delete claims['nbf']],
  ['token_too_old', ({ claims }) => (claims['iat'] = now())],
  ['audience_missing', ({ claims }) => (claims['aud'] = [AUDIENCE, 1])],
  ['audience_malformed', ({ claims }) => (claims['aud'] = OTHER_AUDIENCE)],
  ['audience_mismatch', ({ claims }) => (claims['aud'] = [AUDIENCE, OTHER_AUDIENCE])],
  ['audience_not_exclusive', ({ claims }) => (claims['aud'] = [AUDIENCE])],
  ['token_kind_unexpected', ({ header }) => (header['typ'] = 'at+jwt')],
  ['required_claim_missing', ({ claims }) => (claims['jti'] = '1')],
  ['client_not_authorized', ({ claims }) => (claims['client_id'] = 'cli')],
  ['proof_required', ({ claims }) => delete claims['cnf']],
];

describe.each(ADAPTERS)('RFC 9068 §4: the order of the checks on %s', (adapter) => {
  const deployment = deploy(adapter, STRICT_OPTIONS);
  const send = (draft: Draft): Promise<Response> => {
    const { key } = deployment.authorizationServer;
    const signer = draft.forged ? signingKey('ES256', 'forged').as(key.kid) : key;
    const jwt = deployment.issue(draft.claims, draft.header, signer);
    return deployment.get('/files/client', undefined, {
      headers: { authorization: draft.prefix + jwt + draft.suffix },
    });
  };

  it('is walked by mending one fault after another', async () => {
    const draft = wrongInEverything();
    const walked: unknown[] = [];
    for (const [, mend] of STEPS) {
      const { reason } = (await (await send(draft)).json()) as { reason: unknown };
      walked.push(reason);
      mend(draft, deployment.authorizationServer.issuer);
    }
    expect(walked).toEqual(STEPS.map(([reason]) => reason));

    await expectClientForbidden(await send(draft));
    draft.claims['client_id'] = 'billing';
    await expectRejection(await send(draft), 'scope_insufficient', { scope: 'files:read' });
    draft.claims['scope'] = 'files:read';
    expect((await send(draft)).status).toBe(200);
  });
});
