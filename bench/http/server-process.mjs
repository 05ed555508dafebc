import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('server.mjs', import.meta.url));

/** A server under measurement. */
export class ServerProcess {
  static async start({ group, name }, issuer) {
    const child = fork(PROGRAM, [group, name, issuer]);
    const failed = once(child, 'exit').then(([code]) => {
      throw new Error(`${group}, ${name}: ended with ${code} before it listened`);
    });
    const [{ port, cpu }] = await Promise.race([once(child, 'message'), failed]);
    failed.catch(() => undefined);
    return new ServerProcess(child, port, cpu);
  }

  constructor(child, port, cpuToListen) {
    this.child = child;
    this.url = `http://127.0.0.1:${port}/tickets`;
    /** Milliseconds of processor time until it listened, the start of Node included. */
    this.cpuToListen = cpuToListen;
  }

  /** So far: milliseconds of processor time, and requests; and at which millisecond this was so. */
  async usage() {
    this.child.send('usage');
    const [usage] = await once(this.child, 'message');
    return usage;
  }

  async stop() {
    this.child.disconnect();
    await once(this.child, 'exit');
  }
}
