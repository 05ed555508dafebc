import { Agent } from 'node:http';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { callersOf, GOOD } from './callers.js';
import { Load } from './load.js';
import type { Measurement } from './meter.js';
import { PHASES, type Phase } from './phases.js';
import { ServiceProcess } from './service-process.js';
import { HEAP_GROWTH_BYTES, KEYS } from './settings.js';
import { Tally } from './tally.js';
import { Upstream } from './upstream.js';

/** What came of a phase. */
export interface Result {
  readonly adapter: string;
  readonly phase: string;
  readonly seconds: number;
  readonly tally: Tally;
  /** How often each document was asked for, and how often it may have been. */
  readonly asked: Readonly<Record<'metadata' | 'keys', readonly [times: number, atMost: number]>>;
  readonly heapGrowthBytes: number;
  readonly service: Measurement;
  /** For how long the load generator itself was held up, which is in the latencies. */
  readonly loadDelayMs: number;
}

/** One service and its authorization server, through all phases. */
export async function* soak(adapter: string, floodMs: number): AsyncGenerator<Result> {
  const upstream = await Upstream.start();
  const callers = callersOf(upstream);
  let [begin, asked] = [performance.now(), { ...upstream.asked }];
  const service = await ServiceProcess.start(adapter, upstream.server.issuer);
  // Kept open throughout: while a server is busy, Node takes its time to accept new connections.
  const agent = new Agent({ keepAlive: true });
  let { heapBytes } = await service.measure();
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  for (const phase of PHASES) {
    const tally = new Tally();
    const load = new Load(service.url, agent, tally);
    delay.reset();
    await phase.run({ upstream, load, tally, callers, floodMs });
    await load.stop();
    const loadDelayMs = delay.max / 1e6;
    const [end, askedByNow] = [performance.now(), { ...upstream.asked }];
    const measured = await service.measure();
    const fetches = Math.floor((end - begin) / KEYS.cooldownMs) + 1;
    const result: Result = {
      adapter,
      phase: phase.name,
      seconds: (end - begin) / 1000,
      tally,
      asked: {
        metadata: [askedByNow.metadata - asked.metadata, phase.metadata?.(fetches) ?? 0],
        keys: [askedByNow.keys - asked.keys, fetches],
      },
      heapGrowthBytes: measured.heapBytes - heapBytes,
      service: measured,
      loadDelayMs,
    };
    judge(phase, result);
    [begin, asked, heapBytes] = [end, askedByNow, measured.heapBytes];
    if (phase === PHASES.at(-1)) {
      agent.destroy();
      const trouble = await service.stop();
      if (trouble !== undefined) tally.object(trouble);
    }
    yield result;
  }
  await upstream.stop();
}

/** Objects to what no single request shows. */
function judge(phase: Phase, result: Result): void {
  const { tally, asked, heapGrowthBytes, service, loadDelayMs } = result;
  for (const crash of service.crashes) tally.object(crash);
  for (const [document, [times, atMost]] of Object.entries(asked)) {
    if (times > atMost) tally.object(`${document} were asked for ${times} times`);
  }
  if (loadDelayMs > KEYS.timeoutMs / 2) tally.object('this machine was too busy to judge');
  if (tally.sum(GOOD, '200') === 0) tally.object('no good token was let in');
  if (phase.name.startsWith('flood') && heapGrowthBytes > HEAP_GROWTH_BYTES) {
    tally.object(`the heap has grown by ${heapGrowthBytes} bytes`);
  }
  if (phase.name.includes('long outage') && tally.sum(GOOD, '503') === 0) {
    tally.object('the outage was not long enough for anybody to be answered 503');
  }
}
