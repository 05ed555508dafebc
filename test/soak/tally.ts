import { createHistogram } from 'node:perf_hooks';
import { GOOD, LET_IN, type Judgement, type Window } from './callers.js';

/** What became of the requests of a phase. */
export class Tally {
  /** Per kind of callers, how often each outcome came. */
  readonly outcomes = new Map<string, Map<string, number>>();
  /** How long good tokens took, in microseconds. */
  readonly latency = createHistogram();
  /** What should not have happened, and how often. */
  readonly objections = new Map<string, number>();
  /** How many good tokens were turned away as the design has it. */
  excused = 0;
  /** How long after its event the last good token was turned away in a window of the design, in milliseconds. */
  readonly longest = new Map<Window, number>();
  /** How long after its withdrawal the last token of a key was let in, in milliseconds. */
  outlivedMs = 0;

  count(callers: string, outcome: string, durationMs: number, judgement: Judgement): void {
    const outcomes = this.outcomes.get(callers) ?? new Map<string, number>();
    this.outcomes.set(callers, outcomes);
    increment(outcomes, outcome);
    if (judgement === 'wrong') this.object(`${callers}: was answered ${outcome}`);
    if (callers === GOOD) this.latency.record(Math.max(1, Math.round(durationMs * 1000)));
    if (typeof judgement !== 'object') return;
    const { window, ms } = judgement;
    if (callers === GOOD) {
      this.excused++;
      this.longest.set(window, Math.max(ms, this.longest.get(window) ?? 0));
    } else if (outcome === LET_IN) {
      this.outlivedMs = Math.max(ms, this.outlivedMs);
    }
  }

  object(objection: string): void {
    increment(this.objections, objection);
  }

  /** How many requests of this kind had this outcome, or any. */
  sum(callers?: string, outcome?: string): number {
    let sum = 0;
    for (const [name, outcomes] of this.outcomes) {
      if (callers !== undefined && callers !== name) continue;
      for (const [each, count] of outcomes) if ((outcome ?? each) === each) sum += count;
    }
    return sum;
  }
}

function increment(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
