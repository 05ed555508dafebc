import { EXIT, Failure } from '../failure.js';
import { textOf, type Terminal } from '../terminal.js';

const MOST_BYTES = 1024 * 1024;

/**
 * The token that is to be looked at: from stdin, unless it stands on the command line. White space around it and a
 * `Bearer` or `Authorization: Bearer` before it are left out.
 *
 * @throws Failure if there is none
 */
export async function tokenFrom(argument: string | undefined, io: Terminal): Promise<string> {
  const text = argument === undefined || argument === '-' ? await fromStdin(io) : argument;
  if (text === argument) {
    io.stderr.write(
      'A token on the command line stays in the history of the shell, and other users see it in the list of processes. ' +
        'Better: audience-auth inspect - and the token on stdin.\n',
    );
  }
  const token = text.trim().replace(/^(?:authorization:\s*)?bearer\s+/i, '');
  if (token === '')
    throw new Failure(
      EXIT.data,
      'there is no token on stdin',
      'Give it there, such as: echo "$TOKEN" | audience-auth inspect',
    );
  return token;
}

async function fromStdin(io: Terminal): Promise<string> {
  if (io.stdin.isTTY === true) io.stderr.write('Paste the token, then Enter and Ctrl-D:\n');
  const text = await textOf(io.stdin, MOST_BYTES);
  if (text === undefined)
    throw new Failure(
      EXIT.data,
      `stdin has more than ${MOST_BYTES} bytes`,
      'Give one token, and nothing else.',
    );
  return text;
}
