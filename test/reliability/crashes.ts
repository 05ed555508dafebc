import { setImmediate } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';

const EVENTS = ['uncaughtException', 'unhandledRejection', 'warning'] as const;

/** After every test of a file: nothing was thrown or rejected that nobody caught, and Node warned of nothing. */
export function expectNoCrashes(): void {
  const crashes: unknown[] = [];
  const note = (crash: unknown) => crashes.push(crash);
  beforeAll(() => {
    for (const event of EVENTS) process.on(event, note);
  });
  afterEach(async () => {
    await setImmediate();
    expect(crashes.splice(0)).toEqual([]);
  });
  afterAll(() => {
    for (const event of EVENTS) process.off(event, note);
  });
}
