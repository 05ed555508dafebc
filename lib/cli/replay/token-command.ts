import { spawn } from 'node:child_process';
import { EXIT, Failure } from '../failure.js';

const MOST_BYTES = 65_536;
const TIMEOUT_MS = 30_000;

/**
 * Runs a command that prints a token. A text is a line for the shell, as a script in package.json is; a list is a program
 * and its arguments, which no shell sees. What it says on stderr is dropped: it may hold secrets.
 *
 * @throws Failure that says how it ended, and nothing of what it printed
 */
export function outputOf(
  command: string | readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const [program = '', ...args] = typeof command === 'string' ? [command] : command;
  const child = spawn(program, args, {
    shell: typeof command === 'string',
    env: { ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
    // A group of its own, so that what a shell has started ends with it.
    detached: process.platform !== 'win32',
  });
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const fail = (what: string): void => {
      clearTimeout(timer);
      reject(new Failure(EXIT.undecided, `the command ${what}`));
    };
    const stop = (what: string): void => {
      end(child.pid);
      child.stdout.destroy();
      fail(what);
    };
    const timer = setTimeout(stop, TIMEOUT_MS, `did not end within ${TIMEOUT_MS / 1000} s`);
    child.stdout.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > MOST_BYTES) stop('printed more than a token');
    });
    child.once('error', ({ code = 'unknown error' }: NodeJS.ErrnoException) =>
      fail(`could not be run (${code})`),
    );
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      if (code === 0) resolve(Buffer.concat(chunks).toString('utf8'));
      else if (code === null) fail(`was ended by ${signal}`);
      else fail(`ended with exit code ${code}${SHELL_SAYS[code] ?? ''}`);
    });
  });
}

/** What a shell means by its own exit codes (POSIX.1-2024, Shell §2.8.2). */
const SHELL_SAYS: Readonly<Record<number, string>> = {
  126: ': the shell may not run such a program',
  127: ': the shell finds no such program',
};

function end(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}
