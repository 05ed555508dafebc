import { metrics, type Attributes } from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { status } from '../support/answers.js';
import { JWKS } from '../support/authorization-server.js';
import { COOLDOWN, HOUR, MAX_AGE, pass, STALE_WINDOW, stopTheClock } from '../support/clock.js';
import { deploy, deployOnce } from '../support/deployment.js';
import { ADAPTERS } from '../support/resource-server.js';
import { OTHER_AUDIENCE } from '../support/tokens.js';
import { AudienceAuthMetricsModule } from './examples/audience-auth-metrics.module.js';

stopTheClock();

describe.each(ADAPTERS)('the OpenTelemetry module of docs/operations.md, on %s', (adapter) => {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: HOUR });
  const provider = new MeterProvider({ readers: [reader] });

  beforeAll(() => void metrics.setGlobalMeterProvider(provider));
  afterAll(async () => {
    metrics.disable();
    await provider.shutdown();
  });
  const deployment = deploy(adapter, {}, { imports: [AudienceAuthMetricsModule] });

  /** The values of an instrument at this moment. */
  async function values(name: string): Promise<[number, Attributes][]> {
    await provider.forceFlush();
    const instruments = exporter
      .getMetrics()
      .at(-1)
      ?.scopeMetrics.flatMap((scope) => scope.metrics);
    const instrument = instruments?.find(({ descriptor }) => descriptor.name === name);
    return (instrument?.dataPoints ?? []).map(({ value, attributes }) => [
      value as number,
      attributes,
    ]);
  }

  const rejections = () => values('audience_auth.rejections');

  async function keyStates(): Promise<Record<string, number>> {
    const { issuer } = deployment.authorizationServer;
    const states = await values('audience_auth.signing_keys.state');
    return Object.fromEntries(
      states
        .filter(([, attributes]) => attributes['issuer'] === issuer)
        .map(([value, { state }]) => [state, value]),
    );
  }

  it('counts the refusals by reason, route and issuer, and by nothing that callers choose', async () => {
    const { issuer } = deployment.authorizationServer;
    expect(await rejections()).toEqual([]);

    for (const client_id of ['one', 'two', 'three']) {
      await deployment.get('/plain', deployment.issue({ aud: OTHER_AUDIENCE, client_id }));
    }
    await deployment.get('/files', deployment.issue({ aud: OTHER_AUDIENCE }));
    await deployment.get('/files', deployment.issue({ scope: 'files:list' }));
    await deployment.get('/plain', deployment.issue({ iss: 'https://made-up.example.com' }));
    for (let count = 0; count < 20; count++) await deployment.get('/files');
    // These are no refusals.
    expect(await deployment.status(deployment.issue())).toBe(200);
    expect(await deployment.status('bad', '/public')).toBe(200);

    const plain = 'TokenController.plain';
    const files = 'FilesController.read';
    expect(new Set(await rejections())).toEqual(
      new Set([
        [3, { reason: 'audience_mismatch', route: plain, issuer }],
        [1, { reason: 'audience_mismatch', route: files, issuer }],
        [1, { reason: 'scope_insufficient', route: files, issuer }],
        [1, { reason: 'issuer_untrusted', route: plain, issuer: '' }],
        [20, { reason: 'token_missing', route: files, issuer: '' }],
      ]),
    );
  });

  it('shows the state of the signing keys', async () => {
    const { authorizationServer: server } = deployment;
    const ask = () => deployment.status(deployment.issue());
    expect(await ask()).toBe(200);
    expect(await keyStates()).toEqual({ ok: 1, stale: 0, unavailable: 0 });

    server.fail(JWKS, status(500));
    pass(MAX_AGE);
    expect(await ask()).toBe(200);
    expect(await keyStates()).toEqual({ ok: 0, stale: 1, unavailable: 0 });

    pass(STALE_WINDOW);
    expect(await ask()).toBe(503);
    expect(await keyStates()).toEqual({ ok: 0, stale: 0, unavailable: 1 });

    server.recover();
    pass(COOLDOWN);
    expect(await ask()).toBe(200);
    expect(await keyStates()).toEqual({ ok: 1, stale: 0, unavailable: 0 });
  });

  it('counts no more when its application has been closed', async () => {
    const other = await deployOnce(adapter, {}, { imports: [AudienceAuthMetricsModule] });
    await other.stop();
    const before = await rejections();
    await deployment.get('/plain');
    const counted = (await rejections()).reduce((sum, [value]) => sum + value, 0);
    expect(counted).toBe(before.reduce((sum, [value]) => sum + value, 0) + 1);
  });
});
