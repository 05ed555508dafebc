import { setImmediate } from 'node:timers/promises';
import type { RejectionEvent } from 'nestjs-audience-auth';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { pass, SECOND, stopTheClock } from '../support/clock.js';
import { deployOnce } from '../support/deployment.js';
import { expectClientForbidden, expectRejection } from '../support/expect-rejection.js';
import { log } from '../support/log.js';
import { ADAPTERS } from '../support/resource-server.js';
import { OTHER_AUDIENCE } from '../support/tokens.js';
import { listenerFailures, refusalLines } from './refusal-log.js';

stopTheClock();

beforeEach(() => {
  log.length = 0;
});

/** Listeners that fail, each in its way. */
const FAILING: Readonly<Record<string, (event: RejectionEvent) => unknown>> = {
  throws: () => {
    throw new Error('listener is broken');
  },
  'rejects, since it is asynchronous': async () => {
    await setImmediate();
    throw new Error('listener is broken');
  },
  'tries to change the event': (event) => {
    (event as { trace: string }).trace = 'listener is broken';
  },
};

/** Exceptions that nobody caught, of which the process would die. */
function uncaught(): unknown[] {
  const caught: unknown[] = [];
  const keep = (error: unknown) => caught.push(error);
  for (const event of ['unhandledRejection', 'uncaughtException']) {
    process.on(event, keep);
    onTestFinished(() => void process.off(event, keep));
  }
  return caught;
}

describe.each(ADAPTERS)('on %s, a listener that', (adapter) => {
  it.each(Object.entries(FAILING))('%s', async (_name, onRejection) => {
    const errors = uncaught();
    const deployment = await deployOnce(adapter, { onRejection });
    const other = deployment.issue({ aud: OTHER_AUDIENCE });
    await expectRejection(await deployment.get('/plain', other), 'audience_mismatch', {
      token: other,
    });
    await vi.waitFor(() => expect(listenerFailures()).toHaveLength(1));
    expect(listenerFailures()[0]).toMatch(/^onRejection failed: (?:Type)?Error: .*\n {4}at /);
    expect(refusalLines()).toHaveLength(1);

    await expectClientForbidden(await deployment.get('/files/client', deployment.issue()));
    expect(await deployment.status(deployment.issue())).toBe(200);
    await vi.waitFor(() => expect(listenerFailures()).toHaveLength(2));
    await setImmediate();
    expect(errors).toEqual([]);
  });

  it('does not get to fill the log when it fails at each of many refusals', async () => {
    const onRejection = vi.fn<() => void>(() => {
      throw new Error('listener is broken');
    });
    const deployment = await deployOnce(adapter, { onRejection });
    for (let count = 0; count < 30; count++) await deployment.get('/plain');
    expect(onRejection).toHaveBeenCalledTimes(30);
    expect(listenerFailures().length).toBeGreaterThan(0);
    expect(listenerFailures().length).toBeLessThanOrEqual(10);

    log.length = 0;
    pass(SECOND);
    await deployment.get('/plain');
    expect(listenerFailures()).toHaveLength(1);
  });

  it('takes its time keeps no answer waiting', async () => {
    const onRejection = (): unknown => new Promise(() => undefined);
    const deployment = await deployOnce(adapter, { onRejection });
    await expectRejection(await deployment.get('/plain'), 'token_missing');
    expect(listenerFailures()).toEqual([]);
  });
});
