import { defineConfig } from 'vitest/config';
import base from '../vitest.config.js';

/** The reports, in a real browser. They are no part of `npm test`, which needs Node and nothing else. */
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ['test/browser/**/*.browser.ts'],
    globalSetup: 'test/browser/chromium.ts',
  },
});
