import { parseArgs } from 'node:util';
import { describe, header, summary } from './report.js';
import { soak, type Result } from './soak.js';

/** Fewer adapters, or a shorter flood, for a first look. */
const { values } = parseArgs({
  options: {
    adapter: { type: 'string', multiple: true, default: ['express', 'fastify'] },
    'flood-seconds': { type: 'string', default: '60' },
  },
});

console.log(header());
const results: Result[] = [];
for (const adapter of values.adapter) {
  for await (const result of soak(adapter, Number(values['flood-seconds']) * 1000)) {
    console.log(describe(result));
    results.push(result);
  }
}
console.log(summary(results));
process.exitCode = results.some(({ tally }) => tally.objections.size > 0) ? 1 : 0;
