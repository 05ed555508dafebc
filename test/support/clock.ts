import { afterEach, beforeEach, vi } from 'vitest';

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;

/** How keys are kept by default, as the contract has it. */
export const COOLDOWN = 5 * SECOND;
export const MAX_AGE = 10 * MINUTE;
export const STALE_WINDOW = HOUR;

/** Stops the clock of the library and of the tokens in every test of a file; that of connections goes on. */
export function stopTheClock(): void {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });
}

/** Moves the stopped clock. */
export function pass(milliseconds: number): void {
  vi.setSystemTime(Date.now() + milliseconds);
}
