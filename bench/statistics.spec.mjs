import { describe, expect, it } from 'vitest';
import { median, quantile, ratios, summary } from './statistics.mjs';

describe('the statistics of the benchmarks', () => {
  it('take the value in the middle, in whatever order values come', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([10, 1, 2, 100])).toBe(6);
    expect(median([7])).toBe(7);
  });

  it('look between two values for a quantile that is neither', () => {
    expect(quantile([0, 10, 20], 0.25)).toBe(5);
    expect(quantile([0, 10, 20], 1)).toBe(20);
  });

  it('name the quartiles as the spread', () => {
    expect(summary([1, 2, 3, 4, 5])).toEqual({ median: 3, low: 2, high: 4 });
  });

  it('compare within a round, so that a slow round weighs no more than another', () => {
    expect(ratios([2, 20, 200], [1, 10, 100])).toEqual({ median: 2, low: 2, high: 2 });
  });

  it('refuse what cannot be compared', () => {
    expect(() => ratios([1, 2], [1])).toThrow('counterpart');
    expect(() => median([])).toThrow('no values');
  });
});
