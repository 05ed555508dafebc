import { mergeConfig } from 'vitest/config';
import base from '../vitest.config.js';

const { test, ...rest } = base;

/** The specs that ask policy, keys and rejection directly: each mutant meets all of them in a second or two. */
export default mergeConfig(
  { ...rest, test: { ...test, include: [] } },
  { test: { include: ['test/unit/**/*.spec.ts'], maxWorkers: 1 } },
);
