import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const PATIENCE_MS = { start: 30_000, stop: 3_000 };

/** A part of the sample that runs in a process of its own. */
export class Child {
  private constructor(
    readonly name: string,
    private readonly process: ChildProcess,
  ) {}

  /**
   * Starts a main file and waits until it takes requests.
   *
   * @param main its path beneath `sample/`
   */
  static async start(name: string, main: string, env: Record<string, string>): Promise<Child> {
    const path = fileURLToPath(new URL(`../${main}`, import.meta.url));
    const child = new Child(name, fork(path, { env: { ...process.env, ...env } }));
    try {
      await Promise.race([
        once(child.process, 'message', { signal: AbortSignal.timeout(PATIENCE_MS.start) }),
        child.ended().then(() => Promise.reject(new Error('It ended while it was starting.'))),
      ]);
      return child;
    } catch (error) {
      await child.stop();
      throw new Error(`The process ${name} did not start.`, { cause: error });
    }
  }

  /** Settles when the process has ended, for whatever reason. */
  async ended(): Promise<void> {
    const { exitCode, signalCode } = this.process;
    if (exitCode === null && signalCode === null) await once(this.process, 'exit');
  }

  async stop(): Promise<void> {
    this.process.kill('SIGTERM');
    const impatience = setTimeout(() => this.process.kill('SIGKILL'), PATIENCE_MS.stop);
    await this.ended();
    clearTimeout(impatience);
  }
}
