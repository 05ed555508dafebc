import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stopTheClock } from '../support/clock.js';
import { handled } from '../support/controllers.js';
import { deploy } from '../support/deployment.js';
import { ADAPTERS } from '../support/resource-server.js';
import { answer, LET_IN, verdict } from '../support/verdict.js';
import { candidatesFor, JWKS, tokenOf } from './candidates.js';
import { runs } from './runs.js';

describe.each(ADAPTERS)('any token in a request, on %s', (adapter) => {
  const deployment = deploy(adapter, (server) => {
    server.keys = JWKS;
    return {};
  });
  stopTheClock();

  it('is answered as it is judged, to the last byte, and its handler runs only if it is let in', async () => {
    const { service, authorizationServer } = deployment;
    const parameters = runs(80);
    let letIn = 0;
    await fc.assert(
      fc.asyncProperty(candidatesFor(authorizationServer.issuer), async (candidate) => {
        const token = tokenOf(candidate);
        // RFC 9110 §5.5: what no header can hold.
        fc.pre(/^[\x21-\x7e]*$/.test(token) && token.length < 15_000);
        handled.length = 0;
        // Whether anything of it comes back is looked for in every nine characters.
        const answered = await answer(service, token, token.length < 2000 ? { token } : {});
        const isBearerToken = /^[\w\-.~+/]+=*$/.test(token);
        expect(answered).toBe(isBearerToken ? await verdict(service, token) : 'request_malformed');
        expect(handled).toEqual(answered === LET_IN ? ['plain'] : []);
        if (answered === LET_IN) letIn++;
      }),
      parameters,
    );
    expect(letIn).toBeGreaterThan(parameters.numRuns / 50);
  });
});
