/**
 * The exit codes of `audience-auth`. Up to 2 they are the answer of a command that ran; above, there is none, and one
 * line on stderr says why. Numbers above 63 are those of `sysexits.h`, where it has one that fits.
 */
export const EXIT = {
  /** Let in; no problem; closed. */
  ok: 0,
  /** Refused; a problem was found; a token crossed over. */
  found: 1,
  /** Nobody can say: a host that does not answer, keys that cannot be had, a service that could not be judged. */
  undecided: 2,
  /** A command or an option that does not exist, or a value that is none. */
  usage: 64,
  /** What was read is not what it has to be: a file that is no JSON or YAML, or has an unknown key in it. */
  data: 65,
  /** A file that is missing or cannot be read, or a report that cannot be written. */
  file: 66,
  /** TLS: a certificate that is not trusted, has expired or is another host's, or no TLS at all. */
  tls: 69,
  /** A mistake of this program. */
  internal: 70,
  /** A server that answers something else than it must, such as HTML in the place of JSON. */
  protocol: 76,
  /** The authorization server does not accept the client: a wrong or expired secret, an unknown client. */
  client: 77,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/**
 * Something that the user can mend: one line for stderr, and the exit code.
 *
 * Neither line may hold a token, a secret or a part of one, nor anything of a body.
 */
export class Failure extends Error {
  constructor(
    readonly exitCode: ExitCode,
    /** What is wrong: begins with a small letter, without a full stop. */
    readonly what: string,
    /** What to do: a whole sentence. */
    readonly remedy?: string,
    options?: ErrorOptions,
  ) {
    super(
      remedy === undefined ? what : `${what}${what.endsWith('?') ? '' : '.'} ${remedy}`,
      options,
    );
  }
}

/**
 * What stderr is told of an error. Of one that was not expected only its kind and its place: its message may hold
 * anything.
 */
export function firstLine(error: unknown): string {
  if (error instanceof Failure) return error.message.replaceAll(/\s*\n\s*/g, ' ');
  const { name = 'error', stack = '' } = error instanceof Error ? error : {};
  const [, place] = /([\w.-]+\.[jt]s:\d+)(?::\d+)?\)?$/m.exec(stack) ?? [];
  return `unexpected ${name}${place === undefined ? '' : ` at ${place}`}; this is a mistake of the program, please report it`;
}
