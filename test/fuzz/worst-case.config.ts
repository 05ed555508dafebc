import { defineConfig } from 'vitest/config';
import base from '../vitest.config.js';

/** Measures, instead of testing. */
export default defineConfig({
  ...base,
  test: { ...base.test, include: ['test/fuzz/worst-case.ts'], testTimeout: 5 * 60_000 },
});
