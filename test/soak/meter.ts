import { setTimeout } from 'node:timers/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';

/** How a process has been since it was last asked. */
export interface Measurement {
  /** What is in use after a garbage collection, buffers included. */
  readonly heapBytes: number;
  /** The longest time for which the event loop did nothing else. */
  readonly longestDelayMs: number;
  /** Processor time spent. */
  readonly cpuMs: number;
  /** What nobody caught, and what Node warned of. */
  readonly crashes: readonly string[];
}

const EVENTS = ['uncaughtException', 'unhandledRejection', 'warning'] as const;

/** Watches the process that it is in, which was started with `--expose-gc`. */
export class Meter {
  private readonly delay = monitorEventLoopDelay({ resolution: 1 });
  private readonly crashes: string[] = [];
  private cpu = process.cpuUsage();

  constructor() {
    this.delay.enable();
    for (const event of EVENTS) process.on(event, (what: unknown) => this.note(event, what));
  }

  async read(): Promise<Measurement> {
    const { user, system } = process.cpuUsage(this.cpu);
    const longestDelayMs = this.delay.max / 1e6;
    const heapBytes = await usedBytes();
    this.cpu = process.cpuUsage();
    this.delay.reset();
    return {
      heapBytes,
      longestDelayMs,
      cpuMs: (user + system) / 1000,
      crashes: this.crashes.splice(0),
    };
  }

  private note(event: string, what: unknown): void {
    this.crashes.push(`${event}: ${what instanceof Error ? what.stack : String(what)}`);
  }
}

/** Finalizers run after a collection, and free more. */
async function usedBytes(): Promise<number> {
  for (let round = 0; round < 3; round++) {
    globalThis.gc?.();
    await setTimeout(20);
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
