/** What a command writes to. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** Where a command runs: `process`, or what a test puts in its place. */
export interface Terminal {
  /** The result, and nothing else. */
  readonly stdout: Output;
  /** Progress, warnings, and why there is no result. */
  readonly stderr: Output;
  readonly stdin: AsyncIterable<Uint8Array | string> & { readonly isTTY?: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
}

const CODES = { red: 31, green: 32, yellow: 33, bold: 1, dim: 2 } as const;

export type Paint = (style: keyof typeof CODES, text: string) => string;

/** Colours for an output: none if it is no terminal, or where `NO_COLOR` is set (https://no-color.org). */
export function paintFor({ isTTY }: Output, { env }: Terminal): Paint {
  const colours = isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
  return (style, text) => (colours ? `\u001b[${CODES[style]}m${text}\u001b[0m` : text);
}

/**
 * What others say, as it may stand on a terminal: control characters, which could move the cursor or hide a line, and
 * those that are not seen or turn the direction of writing are shown as escapes.
 */
export function visible(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, escaped);
}

/** A value as JSON for machines, which may stand on a terminal all the same. */
export function jsonText(value: unknown): string {
  const json = JSON.stringify(value, undefined, 2);
  return `${json.replaceAll(/[\u007f-\u009f\p{Cf}\p{Cs}\u2028\u2029]/gu, escaped)}\n`;
}

function escaped(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}

/** Says on stderr what is going on: one line that is written over on a terminal, else a line each. */
export class Progress {
  private shown = false;

  constructor(private readonly io: Terminal) {}

  /** @param step what begins now, without a full stop */
  step(step: string): void {
    const { stderr } = this.io;
    const text = visible(step);
    if (stderr.isTTY !== true) {
      stderr.write(`${text}\n`);
      return;
    }
    stderr.write(`${ERASE}${text.slice(0, (stderr.columns ?? 80) - 1)}`);
    this.shown = true;
  }

  /** Clears the line; whatever comes next begins at its beginning. */
  end(): void {
    if (this.shown) this.io.stderr.write(ERASE);
    this.shown = false;
  }
}

const ERASE = '\r\u001b[2K';

/** All of stdin, up to a number of bytes; nothing, if there is more. */
export async function textOf(
  stdin: Terminal['stdin'],
  maxBytes: number,
): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stdin) {
    const buffer = typeof chunk === 'string' ? Buffer.from(chunk) : Buffer.from(chunk);
    bytes += buffer.length;
    if (bytes > maxBytes) return undefined;
    chunks.push(buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}
