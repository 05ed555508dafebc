import fc from 'fast-check';
import type { AccessToken, RejectionReason } from 'nestjs-audience-auth';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { deploy } from '../support/deployment.js';
import { candidatesFor, JWKS, tokenOf, type Candidate } from './candidates.js';
import { judge } from './judge.js';
import { OTHER_VERIFIERS } from './other-verifiers.js';
import { isLongRun, runs } from './runs.js';
import { brokenRule, STRICTER, type LetIn } from './stricter-rules.js';

// On the second: other libraries count whole seconds.
beforeAll(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: Math.floor(Date.now() / 1000) * 1000 });
});
afterAll(() => void vi.useRealTimers());

const deployment = deploy('express', (server) => {
  server.keys = JWKS;
  return {};
});

/** The JSON.parse of Node 24 may misread escaped names (nodejs/node#63785), and with it whoever relies on it. */
const misreads = ((): boolean => {
  JSON.parse('{"first":0,"\\\\":0}');
  return !('\n' in (JSON.parse('{"first":0,"\\n":1}') as object));
})();

function isReadAlike({ header, payload }: Candidate): boolean {
  return !misreads || !(header + payload).includes('\\');
}

/** How two verdicts compare; those that are as they should be begin with "both" or "stricter". */
function compared(ours: AccessToken | RejectionReason, theirs: LetIn | undefined): string {
  if (typeof ours === 'string') {
    if (theirs === undefined) return 'both refuse';
    return STRICTER[ours]?.(theirs) ? `stricter: ${ours}` : `refused without cause: ${ours}`;
  }
  if (theirs === undefined) return 'let in only here';
  const broken = brokenRule(theirs);
  if (broken) return `let in, in spite of: ${broken}`;
  const isSame = JSON.stringify(ours.claims) === JSON.stringify(theirs.claims);
  return isSame ? 'both let in' : 'read differently';
}

describe.each(OTHER_VERIFIERS)('beside $name', (other) => {
  it('the same tokens are let in, except those that break a stricter rule', async () => {
    const { issuer } = deployment.authorizationServer;
    const parameters = runs(250);
    const counts: Record<string, number> = {};
    await fc.assert(
      fc.asyncProperty(candidatesFor(issuer).filter(isReadAlike), async (candidate) => {
        fc.pre(other.knows(candidate.signedWith));
        const token = tokenOf(candidate);
        const theirs = await other.verify(token, issuer);
        const outcome = compared(await judge(deployment, token), theirs);
        // Whatever is remembered of the first time.
        expect(compared(await judge(deployment, token), theirs)).toBe(outcome);
        counts[outcome] = (counts[outcome] ?? 0) + 1;
        expect(outcome).toMatch(/^both|^stricter/);
      }),
      parameters,
    );
    if (isLongRun) report(other.name, counts);
    // Else the property would say little.
    const stricter = Object.keys(counts).filter((outcome) => outcome.startsWith('stricter'));
    expect(stricter.length).toBeGreaterThan(3);
    expect(counts['both let in']).toBeGreaterThan(parameters.numRuns / 10);
    expect(counts['both refuse']).toBeGreaterThan(parameters.numRuns / 10);
  });
});

function report(name: string, counts: Readonly<Record<string, number>>): void {
  const rows = Object.entries(counts).sort(([, one], [, other]) => other - one);
  console.table(Object.fromEntries(rows.map(([outcome, tokens]) => [outcome, { [name]: tokens }])));
}
