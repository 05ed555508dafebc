import { readFile } from 'node:fs/promises';
import { EXIT, Failure } from '../failure.js';
import { textOf, type Terminal } from '../terminal.js';

const MOST_BYTES = 64 * 1024;

/** Where the secret of a client may come from. */
export interface SecretOptions {
  readonly value?: string;
  /** The name of a file; `-` for stdin. */
  readonly file?: string;
}

/**
 * The secret of a client: as given, else from a file, else from the environment variable `AUDIENCE_AUTH_CLIENT_SECRET`.
 *
 * @throws Failure if a file cannot be read or is empty, or there is none
 */
export async function clientSecret({ value, file }: SecretOptions, io: Terminal): Promise<string> {
  if (value !== undefined) {
    io.stderr.write(
      'A secret on the command line stays in the history of the shell, and other users see it in the list of processes. ' +
        'Better: --client-secret-file, or AUDIENCE_AUTH_CLIENT_SECRET.\n',
    );
  }
  const secret =
    value ?? (file === undefined ? io.env.AUDIENCE_AUTH_CLIENT_SECRET : await secretIn(file, io));
  if (secret === undefined || secret === '')
    throw new Failure(
      file === undefined ? EXIT.usage : EXIT.data,
      file === undefined
        ? 'there is a client and no secret'
        : 'there is no secret in what was read',
      'Give --client-secret-file FILE (- for stdin), or set AUDIENCE_AUTH_CLIENT_SECRET.',
    );
  return secret;
}

async function secretIn(file: string, io: Terminal): Promise<string> {
  if (file === '-') return ((await textOf(io.stdin, MOST_BYTES)) ?? '').trim();
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    const { code = 'unknown' } = error as { code?: string };
    // The name may be the secret itself, in the wrong option.
    throw new Failure(
      EXIT.file,
      `the file of --client-secret-file cannot be read (${code})`,
      'Check its name and its permissions.',
      { cause: error },
    );
  }
}
