import { createRequire } from 'node:module';
import { closest } from '../options/option-names.js';
import type { Command } from './command.js';
import { DOCTOR } from './doctor/doctor.command.js';
import { EXIT, Failure, firstLine } from './failure.js';
import { INSPECT } from './inspect/inspect.command.js';
import { REPLAY } from './replay/replay.command.js';
import { visible, type Terminal } from './terminal.js';

/** In the order in which a user meets them. */
const COMMANDS: readonly Command[] = [INSPECT, DOCTOR, REPLAY];

/**
 * Runs `audience-auth` with these arguments, and never throws: what goes wrong is one line on stderr.
 *
 * @returns the exit code, one of {@link EXIT}
 */
export async function commandLine(args: readonly string[], io: Terminal): Promise<number> {
  try {
    return await run(args, io);
  } catch (error) {
    io.stderr.write(`audience-auth: ${visible(firstLine(error))}\n`);
    return error instanceof Failure ? error.exitCode : EXIT.internal;
  }
}

async function run([name, ...rest]: readonly string[], io: Terminal): Promise<number> {
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    const command = COMMANDS.find((each) => each.name === rest[0]);
    (name === undefined ? io.stderr : io.stdout).write(command?.help ?? overview());
    return name === undefined ? EXIT.usage : EXIT.ok;
  }
  if (name === '--version' || name === '-v') {
    io.stdout.write(`${version()}\n`);
    return EXIT.ok;
  }
  const command = COMMANDS.find((each) => each.name === name);
  if (command === undefined)
    throw new Failure(EXIT.usage, unknown(name), 'See audience-auth --help.');
  if (rest.includes('--help') || rest.includes('-h')) {
    io.stdout.write(command.help);
    return EXIT.ok;
  }
  return command.run(rest, io);
}

/** Does not repeat the word, which may be a token: `audience-auth TOKEN` is an easy mistake. */
function unknown(name: string): string {
  const meant = closest(
    name,
    COMMANDS.map((command) => command.name),
  );
  return `there is no such command${meant === undefined ? '' : `; did you mean ${meant}?`}`;
}

function overview(): string {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length));
  return `Usage: audience-auth COMMAND [OPTIONS]

Shows what access tokens hold, what an authorization server stamps, and whether services let each other's tokens in.

${COMMANDS.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`).join('\n')}

  audience-auth COMMAND --help  says more of one command, with an example
  audience-auth --version

No token and no secret is ever printed.
`;
}

function version(): string {
  const { version: found } = createRequire(import.meta.url)(
    'nestjs-audience-auth/package.json',
  ) as {
    version: string;
  };
  return found;
}
