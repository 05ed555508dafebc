import { afterEach, describe, expect, it, vi } from 'vitest';
import { refreshDelayMs, retryDelayMs } from '../../lib/keys/refresh-delay.js';

const TIMES = { cacheMaxAgeMs: 600_000, cooldownMs: 5000 };
/** What `Math.random` answers at least and, as good as, at most. */
const CHANCE = [0, 1] as const;

afterEach(() => void vi.restoreAllMocks());

const extremes = (delayMs: () => number): number[] =>
  CHANCE.map((chance) => {
    vi.spyOn(Math, 'random').mockReturnValue(chance);
    return delayMs();
  });

describe('the time from a good fetch to the next', () => {
  it.each([
    ['is a half to three quarters of the greatest age', undefined, TIMES, [300_000, 450_000]],
    ['is shorter where the issuer says so', 60_000, TIMES, [30_000, 45_000]],
    ['is not longer where the issuer says so', 3_600_000, TIMES, [300_000, 450_000]],
    ['is no shorter than the cooldown', 0, TIMES, [5000, 5000]],
    ['is no shorter than a second', 0, { ...TIMES, cooldownMs: 10 }, [1000, 1000]],
  ])('RFC 9111 §5.2.2.1: %s', (_what, maxAgeMs, times, expected) => {
    expect(extremes(() => refreshDelayMs(times, maxAgeMs))).toEqual(expected);
  });
});

describe('the time from a failed fetch to the next', () => {
  it.each([
    [1, [5000, 7500]],
    [2, [10_000, 15_000]],
    [3, [20_000, 30_000]],
    [4, [40_000, 60_000]],
    [5, [40_000, 60_000]],
    [1000, [40_000, 60_000]],
  ])(
    'doubles up to eight cooldowns, and is never the same: after failure %i',
    (count, expected) => {
      expect(extremes(() => retryDelayMs(TIMES, count))).toEqual(expected);
    },
  );

  it('is no shorter than a second', () => {
    expect(extremes(() => retryDelayMs({ ...TIMES, cooldownMs: 10 }, 1))).toEqual([1000, 1000]);
  });

  it('is no longer than a timer can wait', () => {
    const longest = 2 ** 31 - 1;
    const times = { ...TIMES, cooldownMs: longest };
    for (const count of [1, 9])
      expect(extremes(() => retryDelayMs(times, count))).toEqual([longest, longest]);
  });
});
