import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Measurement } from './meter.js';

const PROGRAM = fileURLToPath(new URL('service.js', import.meta.url));
const PATIENCE_MS = 30_000;
/** Shorter than the times that a timer for fetching keys is set to. */
const ENDED_MS = 1000;

/** The service under soak, in a process of its own: its heap, its event loop and its time are nobody else's. */
export class ServiceProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {}

  static async start(adapter: string, issuer: string): Promise<ServiceProcess> {
    const child = fork(PROGRAM, [adapter, issuer], {
      execArgv: ['--expose-gc'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const [url] = (await messageOf(child)) as [string];
    return new ServiceProcess(child, url);
  }

  async measure(): Promise<Measurement> {
    const answer = messageOf(this.child);
    this.child.send('measure');
    const [measurement] = (await answer) as [Measurement];
    return measurement;
  }

  /** Closes the application, and says what is wrong if the process does not end by itself then. */
  async stop(): Promise<string | undefined> {
    const { child } = this;
    const ended = once(child, 'exit', { signal: AbortSignal.timeout(ENDED_MS) });
    child.send('stop');
    try {
      const [code, signal] = (await ended) as [number | null, string | null];
      return code === 0 ? undefined : `the service ended with ${code ?? signal}`;
    } catch {
      child.kill('SIGKILL');
      return 'the service was closed, and its process did not end';
    }
  }
}

/** What the service says next. */
async function messageOf(child: ChildProcess): Promise<unknown[]> {
  const over = new AbortController();
  const { signal } = over;
  const patience = setTimeout(() => over.abort(), PATIENCE_MS);
  try {
    return await Promise.race([
      once(child, 'message', { signal }),
      once(child, 'exit', { signal }).then(([code]) => {
        throw new Error(`The service under soak ended with ${code}.`);
      }),
    ]);
  } finally {
    clearTimeout(patience);
    over.abort();
  }
}
