import { cpus } from 'node:os';
import { GOOD, LET_IN } from './callers.js';
import { ANSWERED_MS, KEYS } from './settings.js';
import type { Result } from './soak.js';
import type { Tally } from './tally.js';

/** Where and how the figures came about. */
export function header(): string {
  const [cpu] = cpus();
  const options = Object.entries(KEYS).map(([name, value]) => `${name} ${value}`);
  return [
    `${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}, ${cpus().length} × ${cpu?.model}`,
    `keys: ${options.join(', ')}; nobody may wait longer than ${ANSWERED_MS} ms`,
  ].join('\n');
}

/** A phase, in a few lines. */
export function describe(result: Result): string {
  const { adapter, phase, seconds, tally, asked, service, loadDelayMs } = result;
  const [p50, p99] = [50, 99].map((rank) => tally.latency.percentile(rank) / 1000);
  const upstream = Object.entries(asked).map(
    ([document, [times, atMost]]) => `${document} ${times} of at most ${atMost}`,
  );
  const [rotation, outage] = [tally.longest.get('rotation'), tally.longest.get('outage')];
  const lines = {
    good: success(tally),
    ...(rotation !== undefined && {
      rotation: `a key that was used at once was known after ${rotation} ms at most`,
    }),
    ...(outage !== undefined && { recovery: `complete after ${outage} ms` }),
    ...(tally.outlivedMs > 0 && {
      withdrawal: `tokens were let in for ${tally.outlivedMs} ms at most`,
    }),
    refused: refusals(tally),
    latency: `p50 ${ms(p50)}, p99 ${ms(p99)}, longest ${ms(tally.latency.max / 1000)} (load generator held up for ${ms(loadDelayMs)})`,
    upstream: upstream.join(', '),
    service: [
      `heap ${megabytes(result.heapGrowthBytes)} MB`,
      `event loop held for ${ms(service.longestDelayMs)}`,
      `${Math.round(service.cpuMs / seconds / 10)} % of a processor`,
      `${service.crashes.length} uncaught errors`,
    ].join(', '),
  };
  return [
    `\n${adapter}, ${phase}: ${seconds.toFixed(1)} s, ${tally.sum()} requests`,
    ...Object.entries(lines).map(([name, text]) => `  ${name.padEnd(12)}${text}`),
    ...[...tally.objections].map(([objection, times]) => `  WRONG       ${times} × ${objection}`),
  ].join('\n');
}

/** What came of it all. */
export function summary(results: readonly Result[]): string {
  const objections = results.flatMap(({ tally }) => [...tally.objections.values()]);
  const wrong = objections.reduce((sum, times) => sum + times, 0);
  return `\n${results.reduce((sum, { tally }) => sum + tally.sum(), 0)} requests, ${wrong} objections`;
}

/** How good tokens fared: all of them, and those that the design promises to let in. */
function success(tally: Tally): string {
  const [all, letIn] = [tally.sum(GOOD), tally.sum(GOOD, LET_IN)];
  const percent = (of: number) => `${((100 * letIn) / of).toFixed(2)} %`;
  const others = [...(tally.outcomes.get(GOOD) ?? [])].filter(([outcome]) => outcome !== LET_IN);
  return [
    `${letIn} of ${all} let in (${percent(all)})`,
    ...others.map(([outcome, times]) => `${times} × ${outcome}`),
    `${percent(all - tally.excused)} outside the windows of the design`,
  ].join(', ');
}

function refusals(tally: Tally): string {
  const sums = new Map<string, number>();
  for (const [callers, outcomes] of tally.outcomes) {
    if (callers === GOOD) continue;
    for (const [outcome, times] of outcomes) sums.set(outcome, (sums.get(outcome) ?? 0) + times);
  }
  return [...sums].map(([outcome, times]) => `${times} × ${outcome}`).join(', ') || 'nobody else';
}

function ms(milliseconds = NaN): string {
  return `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`;
}

function megabytes(bytes: number): string {
  return `${bytes < 0 ? '−' : '+'}${Math.abs(bytes / 1e6).toFixed(2)}`;
}
