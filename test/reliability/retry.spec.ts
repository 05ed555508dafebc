import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { status } from '../support/answers.js';
import { JWKS } from '../support/authorization-server.js';
import { deployOnce } from '../support/deployment.js';
import { expectUnavailable } from '../support/expect-rejection.js';
import { ADAPTERS } from '../support/resource-server.js';
import { expectNoCrashes } from './crashes.js';

expectNoCrashes();

/** What a timer of Node can wait for; it does not wait at all for more. */
const LONGEST_DELAY_MS = 2 ** 31 - 1;

describe.each(ADAPTERS)('an authorization server in trouble, for %s,', (adapter) => {
  it('is not asked at once again, however long the cooldown is', async () => {
    const deployment = await deployOnce(
      adapter,
      { keys: { cooldownMs: LONGEST_DELAY_MS } },
      {},
      (server) => server.fail(JWKS, status(500)),
    );
    await expectUnavailable(await deployment.get('/plain', deployment.issue()));
    await setTimeout(100);
    expect(deployment.authorizationServer.requests(JWKS)).toBe(1);
  });
});
