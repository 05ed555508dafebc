import { commandLine } from '../../lib/cli/command-line.js';
import type { Terminal } from '../../lib/cli/terminal.js';

/** Where and with what a command is run. */
export interface Surroundings {
  readonly stdin?: string | Buffer;
  readonly env?: Readonly<Record<string, string>>;
  /** Whether stdout and stderr are a terminal. */
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** What a command left behind. */
export interface Run {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** All that was written, for tests of what must not be. */
  readonly output: string;
}

/** Runs `audience-auth` with these arguments in this process. */
export async function audienceAuth(
  args: readonly string[],
  { stdin = '', env = {}, isTTY = false, columns = 80 }: Surroundings = {},
): Promise<Run> {
  const written = { stdout: '', stderr: '' };
  const output = (name: keyof typeof written) => ({
    write: (text: string) => void (written[name] += text),
    isTTY,
    columns,
  });
  const terminal: Terminal = {
    stdout: output('stdout'),
    stderr: output('stderr'),
    stdin: Object.assign(chunksOf(stdin), { isTTY: false }),
    env,
  };
  const exitCode = await commandLine(args, terminal);
  return { exitCode, ...written, output: written.stdout + written.stderr };
}

/** Byte by byte in places where a character could be cut in two. */
async function* chunksOf(text: string | Buffer): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text as string);
  for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000);
}
