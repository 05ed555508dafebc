import { measure } from 'mitata';

/**
 * Runs each contender once a round, in an order that changes from round to round, so that no one always has the
 * neighbour, or the moment, that suits it.
 *
 * @param sample measures one contender once
 * @returns by name, what was measured, round by round
 */
export async function interleaved(contenders, rounds, sample) {
  const samples = Object.fromEntries(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    const start = round % contenders.length;
    const order = [...contenders.slice(start), ...contenders.slice(0, start)];
    if (round % 2 === 1) order.reverse();
    for (const contender of order) samples[contender.name].push(await sample(contender, round));
  }
  return samples;
}

/**
 * Measures a function that takes a token, synchronous or not; the making of the tokens is not measured.
 *
 * @returns nanoseconds per call, of the clock (the median of many short samples) and of the processor, helper threads
 * included
 */
export async function nanoseconds({ verify, nextToken, inFlight = 1 }, { milliseconds }) {
  let cpu = 0;
  let before;
  const counters = {
    init: () => undefined,
    before: () => (before = process.cpuUsage()),
    after() {
      const { user, system } = process.cpuUsage(before);
      cpu += (user + system) * 1000;
    },
    translate: (calls, samples) => cpu / calls / samples,
  };
  const { p50, counters: cpuPerCall } = await measure(
    function* () {
      yield { 0: nextToken, bench: (token) => verify(token), concurrency: inFlight };
    },
    {
      $counters: counters,
      gc: false,
      min_samples: 6,
      batch_samples: inFlight === 1 ? 128 : 4,
      batch_threshold: 1e6,
      min_cpu_time: milliseconds * 1e6,
    },
  );
  return { clock: p50 / inFlight, cpu: cpuPerCall / inFlight };
}
