import type { AccessToken } from 'nestjs-audience-auth';
import { describe, expect, it } from 'vitest';
import { runStrategy } from '../../lib/guard/run-strategy.js';
import type {
  AccessTokenStrategy,
  StrategyOutcome,
} from '../../lib/verification/access-token.strategy.js';

const TOKEN = { subject: 'alice' } as AccessToken;
const OTHER = { subject: 'mallory' } as AccessToken;
const REFUSAL = new Error('refused') as never;
const REQUEST = { headers: {}, rawHeaders: [] };

/** A strategy that reports these outcomes. */
const strategy = (report: (outcome: StrategyOutcome) => unknown): AccessTokenStrategy => ({
  name: 'test',
  authenticate() {
    void report(this);
  },
});

const later =
  (report: (outcome: StrategyOutcome) => void) =>
  (outcome: StrategyOutcome): Promise<void> =>
    Promise.resolve().then(() => report(outcome));

describe('a strategy, run on one request', () => {
  it('settles at once where it reports at once', () => {
    expect(
      runStrategy(
        strategy((outcome) => outcome.success(TOKEN)),
        REQUEST,
      ),
    ).toBe(TOKEN);
    for (const name of ['fail', 'error'] as const) {
      const refusing = strategy((outcome) => outcome[name](REFUSAL, 401));
      expect(() => runStrategy(refusing, REQUEST)).toThrow(REFUSAL);
    }
  });

  it('settles later where it reports later', async () => {
    const good = strategy(later((outcome) => outcome.success(TOKEN)));
    await expect(runStrategy(good, REQUEST)).resolves.toBe(TOKEN);
    for (const name of ['fail', 'error'] as const) {
      const refusing = strategy(later((outcome) => outcome[name](REFUSAL, 401)));
      await expect(runStrategy(refusing, REQUEST)).rejects.toBe(REFUSAL);
    }
  });

  it('is held to the first of several outcomes', async () => {
    const refusedFirst = (outcome: StrategyOutcome) => {
      outcome.fail(REFUSAL, 401);
      outcome.success(OTHER);
    };
    const admittedFirst = (outcome: StrategyOutcome) => {
      outcome.success(TOKEN);
      outcome.success(OTHER);
      outcome.error(REFUSAL);
    };
    expect(() => runStrategy(strategy(refusedFirst), REQUEST)).toThrow(REFUSAL);
    await expect(runStrategy(strategy(later(refusedFirst)), REQUEST)).rejects.toBe(REFUSAL);
    expect(runStrategy(strategy(admittedFirst), REQUEST)).toBe(TOKEN);
    await expect(runStrategy(strategy(later(admittedFirst)), REQUEST)).resolves.toBe(TOKEN);
  });

  it('is not touched, so that requests at the same time share nothing', async () => {
    const reports: StrategyOutcome[] = [];
    const shared = strategy((outcome) => reports.push(outcome));
    const before = { ...shared };
    const outcomes = [runStrategy(shared, REQUEST), runStrategy(shared, REQUEST)];
    expect(shared).toEqual(before);
    reports[1]?.success(OTHER);
    reports[0]?.success(TOKEN);
    expect(await Promise.all(outcomes.map(async (outcome) => outcome))).toEqual([TOKEN, OTHER]);
  });

  it('cannot let a request pass without a token', () => {
    const attempts: unknown[] = [];
    void runStrategy(
      strategy((outcome) => attempts.push(outcome)),
      REQUEST,
    );
    const [attempt] = attempts as Record<string, unknown>[];
    expect(attempt?.['pass']).toBeUndefined();
    expect(attempt?.['redirect']).toBeUndefined();
  });
});
