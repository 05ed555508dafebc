import { monitorEventLoopDelay } from 'node:perf_hooks';
import { AccessTokenVerifier } from 'nestjs-audience-auth';
import { describe, expect, it } from 'vitest';
import { Connection } from '../support/connection.js';
import { deploy, Deployment } from '../support/deployment.js';
import { ADAPTERS } from '../support/resource-server.js';
import { signingKey, type SigningAlgorithm } from '../support/signing-key.js';
import { COSTLY_HEADERS } from './costly-headers.js';
import { costlyTokens } from './costly-tokens.js';
import { judgeHeader, type HeaderLines } from './judge-header.js';
import { timed, type Timing } from './timing.js';

const KIB = 1024;
const LIMIT = 16 * KIB;
const SIZES = [1, 2, 4, 8, 16] as const;
const key = signingKey('ES256');
const digits = (value = NaN): number => Number(value.toPrecision(3));

/** Times each kind of input at each size, and prints the costliest first. */
async function table<Input>(
  kinds: Readonly<Record<string, (bytes: number) => Input>>,
  work: (input: Input) => unknown,
): Promise<number> {
  const rows: Record<string, number | string>[] = [];
  for (const [input, make] of Object.entries(kinds)) {
    const timings: Timing[] = [];
    for (const size of SIZES) {
      const inputs = Array.from({ length: 60 }, () => make(size * KIB));
      await timed(inputs.slice(0, 10), work);
      timings.push(await timed(inputs.slice(10), work));
    }
    const least = timings.map((timing) => timing.least);
    rows.push({
      input,
      ...Object.fromEntries(SIZES.map((size, at) => [`${size} KiB`, digits(least[at])])),
      exponent: (Math.log((least[4] ?? NaN) / (least[2] ?? NaN)) / Math.log(4)).toFixed(2),
      'median at 16': digits(timings[4]?.median),
    });
  }
  rows.sort((one, other) => Number(other['16 KiB']) - Number(one['16 KiB']));
  console.table(rows);
  return rows.length;
}

describe('least time in microseconds, and the exponent of its growth from 4 to 16 KiB', () => {
  const deployment = deploy('express', { verifiedTokenCache: false });
  const verify = (token: string) => deployment.service.app.get(AccessTokenVerifier).verify(token);

  it('of headers, up to the token', async () => {
    const judged = (lines: HeaderLines) => judgeHeader(lines, LIMIT);
    expect(await table(COSTLY_HEADERS, judged)).toBeGreaterThan(10);
  });

  it('of tokens, up to the verdict', async () => {
    const tokens = costlyTokens(deployment.authorizationServer.issuer, key);
    expect(await table(tokens, verify)).toBeGreaterThan(30);
  });
});

describe('least time in microseconds of a token that names no key and is signed with none', () => {
  const algorithms: readonly SigningAlgorithm[] = ['ES256', 'RS256', 'EdDSA', 'ES384', 'ES512'];

  it('by the number of keys that it may have been signed with', async () => {
    const rows: Record<string, Record<string, number>> = {};
    for (const alg of algorithms) {
      for (const count of [1, 10, 100]) {
        const keys = Array.from({ length: count }, (_, index) => signingKey(alg, `no ${index}`));
        const deployment = new Deployment();
        await deployment.start('express', (server) => {
          server.keys = keys.map((each) => each.jwk);
          return {};
        });
        const verifier = deployment.service.app.get(AccessTokenVerifier);
        await verifier.verify(deployment.issue({}, {}, keys[0]));
        const token = deployment.issue({}, { kid: undefined }, signingKey(alg, 'foreign'));
        const { least } = await timed(Array(10).fill(token), (each: string) =>
          verifier.verify(each),
        );
        rows[alg] = { ...rows[alg], [`${count} keys`]: digits(least) };
        await deployment.stop();
      }
    }
    console.table(rows);
    expect(Object.keys(rows)).toHaveLength(algorithms.length);
  });
});

describe.each(ADAPTERS)(
  'the event loop while requests come in one after another, on %s',
  (adapter) => {
    const deployment = deploy(adapter, { verifiedTokenCache: false });

    it('in milliseconds, of which its clock takes one', async () => {
      const { service, authorizationServer } = deployment;
      const tokens = costlyTokens(authorizationServer.issuer, key);
      // Node itself refuses more than 16 KiB of header lines in all.
      const most = 15 * KIB + 512;
      const requests: Record<string, () => string> = {
        'a good token': () => `Bearer ${deployment.issue()}`,
        ...Object.fromEntries(
          ['objects, each of a new shape', 'objects within objects, 29 deep', 'scopes'].map(
            (name) => [name, () => `Bearer ${tokens[name]?.(most)}`],
          ),
        ),
        'a word without a space': () => 'a'.repeat(most),
        'spaces before the token': () => `Bearer${' '.repeat(most - 7)}a`,
      };
      const rows: Record<string, Record<string, number>> = {};
      for (const [name, authorization] of Object.entries(requests)) {
        const values = Array.from({ length: 300 }, authorization);
        const connection = new Connection();
        const delay = monitorEventLoopDelay({ resolution: 1 });
        for (const [index, value] of values.entries()) {
          if (index === 50) delay.enable();
          const response = await connection.get(`${service.url}/plain`, { authorization: value });
          expect([200, 401]).toContain(response.status);
        }
        delay.disable();
        connection.close();
        const at = (percentile: number) => digits(delay.percentile(percentile) / 1e6);
        rows[name] = { p50: at(50), p99: at(99), max: digits(delay.max / 1e6) };
      }
      console.table(rows);
    });
  },
);
