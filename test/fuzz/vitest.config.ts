import { randomInt } from 'node:crypto';
import { defineConfig } from 'vitest/config';
import base from '../vitest.config.js';

const { FUZZ_TIMES = '40', FUZZ_SEED = String(randomInt(2 ** 31)) } = process.env;
console.log(`Each property ${FUZZ_TIMES} times as often as in npm test, from seed ${FUZZ_SEED}.`);
console.log(`The same again: FUZZ_SEED=${FUZZ_SEED} npm run fuzz`);

/** The properties of `npm test`, tried for minutes instead of seconds. */
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ['test/property/**/*.spec.ts'],
    env: { FUZZ_TIMES, FUZZ_SEED },
    testTimeout: 20 * 60_000,
  },
});
