import { parseArgs, type ParseArgsConfig } from 'node:util';
import { closest } from '../options/option-names.js';
import { EXIT, Failure } from './failure.js';
import type { Terminal } from './terminal.js';

/** One of the commands of `audience-auth`. */
export interface Command {
  readonly name: string;
  /** What it does, for the list of commands: one line. */
  readonly summary: string;
  /** What `--help` prints: usage, options, an example, exit codes. */
  readonly help: string;
  /**
   * @param args what stands behind the command's name
   * @returns the exit code
   * @throws Failure for whatever its user can mend
   */
  run(args: readonly string[], io: Terminal): Promise<number>;
}

type Options = NonNullable<ParseArgsConfig['options']>;

type Parsed<T extends Options> = ReturnType<
  typeof parseArgs<{ options: T; allowPositionals: true; strict: true }>
>;

/**
 * Reads the arguments of a command.
 *
 * @throws Failure that names a wrong option, never a value: a value may be a token or a secret in the wrong place
 */
export function parseCommand<const T extends Options>(
  name: string,
  args: readonly string[],
  options: T,
  mostPositionals: number,
): Parsed<T> {
  const parsed = parsedStrictly(name, args, options);
  if (parsed.positionals.length > mostPositionals)
    throw usage(
      name,
      `takes ${amount(mostPositionals)}, and was given ${parsed.positionals.length}`,
    );
  return parsed;
}

/** A mistake on the command line. */
export function usage(command: string, what: string): Failure {
  return new Failure(EXIT.usage, `${command} ${what}`, `See audience-auth ${command} --help.`);
}

/** Whatever else begins with a dash may be a token or a secret. */
const NAME = /^--?[a-z-]{1,24}$/;

function parsedStrictly<const T extends Options>(
  name: string,
  args: readonly string[],
  options: T,
): Parsed<T> {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    const { code, message } = error as { code?: unknown; message: string };
    const [option = ''] = /--?[\w-]+/.exec(message) ?? [];
    if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION')
      throw usage(
        name,
        `has no ${NAME.test(option) ? `option ${option}` : 'such option'}${meant(option, options)}`,
      );
    if (message.includes('does not take an argument'))
      throw usage(name, `takes no value for ${option}`);
    throw usage(
      name,
      `needs a value for ${option}; one that begins with a dash is written ${option}=VALUE`,
    );
  }
}

function meant(option: string, options: Options): string {
  const name = closest(option.replace(/^-+/, ''), Object.keys(options));
  return name === undefined ? '' : `; did you mean --${name}?`;
}

function amount(most: number): string {
  return most === 0 ? 'options only' : most === 1 ? 'one argument' : `${most} arguments`;
}
