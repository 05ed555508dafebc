import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const lib = (path: string) => fileURLToPath(new URL(`../lib/${path}`, import.meta.url));

export default defineConfig({
  resolve: {
    alias: [
      { find: /^nestjs-audience-auth$/, replacement: lib('index.ts') },
      { find: /^nestjs-audience-auth\/mcp$/, replacement: lib('mcp/index.ts') },
      { find: /^nestjs-audience-auth\/testing$/, replacement: lib('testing/index.ts') },
    ],
  },
  test: {
    include: ['test/**/*.spec.ts'],
    maxWorkers: 2,
    // Nest is imported once, not once for every file; what a file registers is its own.
    isolate: false,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    coverage: {
      provider: 'v8',
      include: ['lib/**/*.ts'],
      reporter: ['text-summary', 'text'],
      thresholds: { lines: 95, branches: 95, functions: 95, statements: 95 },
    },
  },
});
