import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { AccessTokenVerifier } from 'nestjs-audience-auth';
import { beforeAll, describe, expect, it } from 'vitest';
import { COSTLY_HEADERS } from '../fuzz/costly-headers.js';
import { costlyTokens } from '../fuzz/costly-tokens.js';
import { judgeHeader, type HeaderLines } from '../fuzz/judge-header.js';
import { timed } from '../fuzz/timing.js';
import { deploy } from '../support/deployment.js';
import { signingKey } from '../support/signing-key.js';
import { verdict } from '../support/verdict.js';

const KIB = 1024;
const LIMIT = 16 * KIB;

/** What takes four times the time for four times the input is linear; quadratic would be sixteen times. */
const MOST_GROWTH = 9;
/** In microseconds. Far above what is measured, so that a busy machine passes. */
const LONGEST_BLOCK = 30_000;
const MOST_ROUNDS = 12;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Judged by the least times, which only get truer with every further round. */
async function expectLinear<Input>(
  make: (bytes: number) => Input,
  work: (input: Input) => unknown,
): Promise<void> {
  let [quarter, whole] = [Infinity, Infinity];
  const least = async (bytes: number): Promise<number> =>
    (
      await timed(
        Array.from({ length: 8 }, () => make(bytes)),
        work,
      )
    ).least;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    quarter = Math.min(quarter, await least(LIMIT / 4));
    // V8 takes its time with shapes of objects when it knows many, whatever the length of what it parses.
    if (round > 0) collectGarbage();
    whole = Math.min(whole, await least(LIMIT));
    if (whole < quarter * MOST_GROWTH && whole < LONGEST_BLOCK) return;
  }
  expect(whole / quarter).toBeLessThan(MOST_GROWTH);
  expect(whole).toBeLessThan(LONGEST_BLOCK);
}

describe('a costly header takes time in proportion to its length', () => {
  const judged = (lines: HeaderLines) => judgeHeader(lines, LIMIT);

  it.each(Object.entries(COSTLY_HEADERS))('%s', async (_name, make) => {
    await expectLinear(make, judged);
  });

  it('and a token above the limit is not looked into', async () => {
    const lines = COSTLY_HEADERS['a wrong character at the end']?.(1024 * LIMIT) ?? [];
    expect(judged(lines)).toBe('token_too_large');
    const { least } = await timed(Array(20).fill(lines), judged);
    expect(least).toBeLessThan(1000);
  });
});

describe('a costly token takes time in proportion to its length', () => {
  // Nothing is remembered, so that nothing of one token is left to slow down the next.
  const deployment = deploy('express', { verifiedTokenCache: false });
  beforeAll(async () => {
    await deployment.status(deployment.issue());
  });
  const verify = (token: string) => deployment.service.app.get(AccessTokenVerifier).verify(token);
  const key = signingKey('ES256');

  it.each(Object.keys(costlyTokens('', key)))('%s', async (name) => {
    const make = costlyTokens(deployment.authorizationServer.issuer, key)[name];
    const longest = make?.(LIMIT) ?? '';
    expect(longest.length).toBeGreaterThan(LIMIT * 0.9);
    expect(await verdict(deployment.service, longest)).not.toBe('token_too_large');
    await expectLinear((bytes) => make?.(bytes) ?? '', verify);
  });

  it('and one above the limit is not looked into', async () => {
    const token = 'a'.repeat(LIMIT + 1);
    expect(await verdict(deployment.service, token)).toBe('token_too_large');
    const { least } = await timed(Array(20).fill(token.repeat(1024)), verify);
    expect(least).toBeLessThan(1000);
  });
});
