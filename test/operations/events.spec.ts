import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { All, Controller, Get, UseGuards } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import { AccessTokenVerifier, Public, type RejectionEvent } from 'nestjs-audience-auth';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { status } from '../support/answers.js';
import { JWKS } from '../support/authorization-server.js';
import { pass, SECOND, stopTheClock } from '../support/clock.js';
import { CONTROLLERS } from '../support/controllers.js';
import { deploy, deployOnce } from '../support/deployment.js';
import { ANSWERS, expectRejection } from '../support/expect-rejection.js';
import { log } from '../support/log.js';
import { ADAPTERS } from '../support/resource-server.js';
import { SCENARIOS, STRICT_OPTIONS, type PossibleReason } from '../support/scenarios.js';
import { OTHER_AUDIENCE } from '../support/tokens.js';
import { refusalLines } from './refusal-log.js';

const CHANNEL = 'nestjs-audience-auth:rejection';

/** What is known of a token, the further it comes. */
const NOTHING = {};
const ISSUER = { issuer: true };
const CLIENT = { issuer: true, clientId: 'cli' };

/** What an operator is told of the token that is refused for a reason. */
const KNOWN: Record<PossibleReason, { issuer?: boolean; clientId?: string }> = {
  token_missing: NOTHING,
  request_malformed: NOTHING,
  token_too_large: NOTHING,
  token_malformed: NOTHING,
  critical_header_unsupported: NOTHING,
  algorithm_not_allowed: ISSUER,
  key_unknown: ISSUER,
  signature_invalid: ISSUER,
  issuer_missing: NOTHING,
  issuer_untrusted: NOTHING,
  expiry_missing: CLIENT,
  token_expired: CLIENT,
  token_not_yet_valid: CLIENT,
  token_too_old: CLIENT,
  time_claim_malformed: CLIENT,
  audience_missing: CLIENT,
  audience_malformed: CLIENT,
  audience_mismatch: CLIENT,
  audience_not_exclusive: CLIENT,
  token_kind_unexpected: CLIENT,
  required_claim_missing: CLIENT,
  proof_required: CLIENT,
  client_not_authorized: { issuer: true, clientId: 'stranger' },
  scope_insufficient: CLIENT,
};

/** What the listener and the channel were told. */
const heard: RejectionEvent[] = [];
const published: unknown[] = [];
const publish = (event: unknown) => published.push(event);
const onRejection = (event: RejectionEvent) => void heard.push(event);

stopTheClock();
let tests = 0;

beforeAll(() => subscribe(CHANNEL, publish));
afterAll(() => void unsubscribe(CHANNEL, publish));

beforeEach(() => {
  // Each test has a second of its own, since there is a limit to the lines of one.
  pass(++tests * SECOND);
  for (const told of [heard, published, log]) told.length = 0;
});

async function traceIn(response: Response): Promise<unknown> {
  return ((await response.clone().json()) as { trace: unknown }).trace;
}

describe.each(ADAPTERS)('a refusal on %s is told to whoever operates the service', (adapter) => {
  const deployment = deploy(adapter, { ...STRICT_OPTIONS, onRejection });

  it.each(Object.entries(SCENARIOS))('%s', async (name, { path = '/plain', ...scenario }) => {
    const reason = name as PossibleReason;
    const { authorizationServer: server } = deployment;
    const authorization = scenario.authorization(server);
    const headers = authorization === undefined ? {} : { authorization };
    const response = await deployment.get(path, undefined, { headers });

    const { issuer, clientId } = KNOWN[reason];
    const event = {
      reason,
      status: ANSWERS[reason][0],
      trace: await traceIn(response),
      route: path === '/files' ? 'FilesController.read' : 'TokenController.plain',
      ...(issuer && { issuer: server.issuer }),
      ...(clientId !== undefined && { clientId }),
    };
    // No member beside these, so nothing of the token, but for its issuer and its client.
    expect(heard).toStrictEqual([event]);
    expect(published).toStrictEqual([event]);
    const { status: code, route, trace } = event;
    expect(refusalLines()).toEqual([
      `Refused with ${code} ${reason}: ${JSON.stringify({ route, issuer: event.issuer, clientId, trace })}`,
    ]);
    await expectRejection(response, reason, {
      ...scenario,
      token: authorization?.replace('Bearer ', ''),
    });
  });

  it('client_not_authorized, where it is the route that does not serve the client', async () => {
    const response = await deployment.get('/files/client', deployment.issue());
    expect(heard).toStrictEqual([
      {
        reason: 'client_not_authorized',
        status: 403,
        trace: await traceIn(response),
        route: 'FilesController.client',
        issuer: deployment.authorizationServer.issuer,
        clientId: 'cli',
      },
    ]);
  });

  it('without a route, where the verifier is asked', async () => {
    const verifier = deployment.service.app.get(AccessTokenVerifier);
    const token = deployment.issue({ aud: OTHER_AUDIENCE });
    const refusal = await verifier.verify(token).catch((error: unknown) => error);
    const { trace } = refusal as { trace: unknown };
    const { issuer } = deployment.authorizationServer;
    const event = { reason: 'audience_mismatch', status: 401, trace, issuer, clientId: 'cli' };
    expect(heard).toStrictEqual([event]);
    expect(published).toStrictEqual([event]);
    expect(refusalLines()).toEqual([
      `Refused with 401 audience_mismatch: ${JSON.stringify({ issuer, clientId: 'cli', trace })}`,
    ]);
    await expect(verifier.verify(5 as unknown as string)).rejects.toThrow(Error);
    expect(heard[1]).toStrictEqual({
      reason: 'token_malformed',
      status: 401,
      trace: expect.stringMatching(/^[0-9a-f]{12}$/),
    });
  });

  it('by a trace of its own each time', async () => {
    for (let count = 0; count < 10; count++) await deployment.get('/plain');
    expect(new Set(heard.map(({ trace }) => trace)).size).toBe(10);
  });

  it('in one object, which nobody can change', async () => {
    await deployment.get('/plain', deployment.issue({ aud: OTHER_AUDIENCE }));
    const [event] = heard;
    expect(event).toBe(published[0]);
    expect(Object.isFrozen(event)).toBe(true);
    expect(Object.values({ ...event }).filter((value) => typeof value === 'object')).toEqual([]);
  });
});

describe.each(ADAPTERS)('what is no refusal is told to nobody, on %s', (adapter) => {
  const strategyName = `operations-on-${adapter}`;

  @Controller()
  class OtherController {
    @All('any')
    any(): void {}

    @Get('passport')
    @Public()
    @UseGuards(AuthGuard(strategyName))
    passport(): void {}
  }

  const deployment = deploy(
    adapter,
    { onRejection, strategyName },
    { controllers: [...CONTROLLERS, OtherController] },
  );
  const preflight = {
    method: 'OPTIONS',
    headers: { origin: 'https://app.example.com', 'access-control-request-method': 'GET' },
  };

  it.each<[string, () => Promise<Response>, number]>([
    ['a request that is let in', () => deployment.get('/files', deployment.issue()), 200],
    ['a public route', () => deployment.get('/public'), 200],
    ['a public route, with a bad token', () => deployment.get('/public', 'bad'), 200],
    ['a path without a route', () => deployment.get('/nowhere', 'bad'), 404],
    ['a CORS preflight', () => deployment.get('/any', undefined, preflight), 204],
    ['a token that another guard refuses', () => deployment.get('/passport', 'bad'), 401],
  ])('%s', async (_name, ask, code) => {
    expect((await ask()).status).toBe(code);
    expect([heard, published, refusalLines()]).toEqual([[], [], []]);
  });

  it('503, since nobody could say', async () => {
    const outage = await deployOnce(adapter, { onRejection }, {}, (server) =>
      server.fail(JWKS, status(500)),
    );
    expect(await outage.status(outage.issue())).toBe(503);
    expect([heard, published, refusalLines()]).toEqual([[], [], []]);
  });
});

it('each application tells its own listener; the channel is one for all', async () => {
  const heardBy: Record<string, string[]> = { express: [], fastify: [] };
  const deployments = await Promise.all(
    ADAPTERS.map((adapter) =>
      deployOnce(adapter, { onRejection: ({ trace }) => void heardBy[adapter]?.push(trace) }),
    ),
  );
  for (const deployment of deployments) await deployment.get('/plain');
  expect(published).toHaveLength(2);
  expect(Object.values(heardBy)).toEqual(
    published.map((event) => [(event as RejectionEvent).trace]),
  );
});
