import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { number } from './format.mjs';

const PROGRAM = fileURLToPath(new URL('memory-process.mjs', import.meta.url));
const CACHES = { ours: 'this library', 'fast-jwt': 'fast-jwt' };

export const title = 'Memory';

/** What a verified token takes of the heap as long as it is remembered. */
export async function run({ progress }) {
  const results = {};
  for (const [who, name] of Object.entries(CACHES)) {
    results[name] = {};
    for (const count of [1000, 10_000, 100_000]) {
      progress(`memory of ${count} tokens, ${name}`);
      const child = fork(PROGRAM, [who, String(count)], { execArgv: ['--expose-gc'] });
      const [bytes] = await once(child, 'message');
      results[name][count] = bytes;
    }
  }
  return results;
}

export function tables(results) {
  const counts = Object.keys(Object.values(results)[0]);
  return [
    {
      caption: 'Bytes of heap for each token in the cache, by the number of tokens',
      head: ['cache', ...counts],
      rows: Object.entries(results).map(([name, row]) => [
        name,
        ...counts.map((count) => number(row[count])),
      ]),
    },
  ];
}
