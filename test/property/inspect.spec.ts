import fc from 'fast-check';
import { expect, it } from 'vitest';
import { expectations } from '../../lib/cli/inspect/expectations.js';
import { inspect } from '../../lib/cli/inspect/inspection.js';
import { inspectionText } from '../../lib/cli/inspect/inspection-text.js';
import { stopTheClock } from '../support/clock.js';
import { deploy } from '../support/deployment.js';
import { AUDIENCE } from '../support/tokens.js';
import { candidatesFor, JWKS, tokenOf } from './candidates.js';
import { judge } from './judge.js';
import { runs } from './runs.js';

const quiet = { step: () => undefined, note: () => undefined };
const deployment = deploy('express', (server) => {
  server.keys = JWKS;
  return {};
});
stopTheClock();

it('audience-auth inspect says of any token what the verifier says, and can be read', async () => {
  const { issuer } = deployment.authorizationServer;
  const expected = await expectations({ issuer, audiences: [AUDIENCE], scopes: [] }, quiet);
  const reasons = new Set<string>();
  await fc.assert(
    fc.asyncProperty(candidatesFor(issuer), async (candidate) => {
      const token = tokenOf(candidate);
      // RFC 6750 §2.1: spaces before a token are none of its own, for whoever reads a header.
      fc.pre(!token.startsWith(' '));
      const inspection = inspect(token, expected, Date.now() / 1000);
      const judged = await judge(deployment, token);
      // The verifier is handed a token, and not a header that could be malformed.
      const reason =
        inspection.reason === 'request_malformed' ? 'token_malformed' : inspection.reason;
      expect(reason).toBe(typeof judged === 'string' ? judged : undefined);
      expect(inspection.verdict).toBe(typeof judged === 'string' ? 'refused' : 'let in');
      reasons.add(reason ?? 'none');

      const text = inspectionText(inspection, Date.now() / 1000, (_style, each) => each);
      expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Cs}]/u);
    }),
    runs(300),
  );
  expect(reasons.size).toBeGreaterThan(5);
});
