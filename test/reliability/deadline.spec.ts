import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it, vi } from 'vitest';
import { hang } from '../support/answers.js';
import { JWKS } from '../support/authorization-server.js';
import { deployOnce } from '../support/deployment.js';
import { expectUnavailable } from '../support/expect-rejection.js';
import { ADAPTERS } from '../support/resource-server.js';
import { SHORT_TIMEOUT_MS } from './fault.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const METADATA = '/.well-known/oauth-authorization-server';

describe.each(ADAPTERS)('the deadline of a fetch, on %s', (adapter) => {
  // What nobody holds on to is collected, and AbortSignal.any() of Node 20 does not hold on to its sources.
  it.each([METADATA, JWKS])('holds when garbage is collected meanwhile: %s', async (path) => {
    const deployment = await deployOnce(
      adapter,
      { keys: { timeoutMs: SHORT_TIMEOUT_MS } },
      {},
      (server) => server.fail(path, hang),
    );
    const asked = deployment.get('/plain', deployment.issue());
    const begun = () => expect(deployment.authorizationServer.requests(path)).toBe(1);
    await vi.waitFor(begun, { timeout: 10_000 });
    for (let round = 0; round < 3; round++) {
      collectGarbage();
      await setImmediate();
    }
    await expectUnavailable(await asked);
  });
});
