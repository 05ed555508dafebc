import { AuthorizationServer } from './authorization-server.mjs';
import { CONTENDERS, FLOOR } from './contenders.mjs';
import { interleaved, nanoseconds } from './rounds.mjs';
import { median, ratios } from './statistics.mjs';
import { microseconds, times } from './format.mjs';
import { ALGORITHMS, freshStrings } from './tokens.mjs';

const TOKENS = 512;

export const title = 'One verification';

/** One verification, by everybody, with each algorithm. */
export async function run({ quick, progress }) {
  const rounds = quick ? 5 : 21;
  const results = {};
  for (const algorithm of ALGORITHMS) {
    const server = await AuthorizationServer.start(algorithm);
    const nextToken = freshStrings(await server.signer.tokens(TOKENS));
    const contenders = [];
    for (const { open, algorithms, ...contender } of CONTENDERS) {
      if (!algorithms.includes(algorithm)) continue;
      const verify = open(server.signer);
      // Fetches keys, fills caches, and lets the compiler see all of it.
      for (let call = 0; call < 3 * TOKENS; call++) await verify(nextToken());
      contenders.push({ ...contender, verify, nextToken });
    }
    const samples = await interleaved(contenders, rounds, (contender, round) => {
      progress(`${algorithm}, round ${round + 1} of ${rounds}: ${contender.name}`);
      return nanoseconds(contender, { milliseconds: quick ? 20 : 40 });
    });
    server.stop();
    results[algorithm] = compared(samples, FLOOR);
  }
  return { rounds, results };
}

/** Each one's time, and its ratio to the floor of the same round. */
function compared(samples, floor) {
  const rows = {};
  for (const [name, rounds] of Object.entries(samples)) {
    rows[name] = {};
    for (const meter of ['clock', 'cpu']) {
      const values = rounds.map((each) => each[meter]);
      const floors = samples[floor].map((each) => each[meter]);
      rows[name][meter] = {
        nanoseconds: median(values),
        timesFloor: ratios(values, floors),
        ofFloor: ratios(floors, values),
      };
    }
  }
  return rows;
}

export function tables({ rounds, results }) {
  return Object.entries(results).map(([algorithm, rows]) => ({
    caption: `${algorithm}: medians of ${rounds} rounds; in brackets the quartiles of the ratios`,
    head: ['verifier', 'CPU, µs', 'time, µs', 'CPU, × floor', 'calls/s, × floor'],
    rows: Object.entries(rows).map(([name, { cpu, clock }]) => [
      name,
      microseconds(cpu.nanoseconds),
      microseconds(clock.nanoseconds),
      times(cpu.timesFloor),
      times(clock.ofFloor),
    ]),
  }));
}
