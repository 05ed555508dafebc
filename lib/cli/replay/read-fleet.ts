import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import type { Document, LineCounter } from 'yaml';
import { EXIT, Failure } from '../failure.js';
import type { Terminal } from '../terminal.js';
import type { FileProblem, Path } from './file-section.js';
import { checkedFleet } from './fleet-rules.js';
import type { Fleet } from './fleet.js';

const MOST_BYTES = 1_048_576;

/**
 * Reads the file that names the services.
 *
 * @throws Failure if it cannot be read or says something wrong; the problems have been told on stderr then, with their
 * lines, unless there is just one
 */
export async function readFleet(path: string, io: Terminal): Promise<Fleet> {
  const { document, lines } = await parsed(path, await textOf(path));
  const lineOf = (at: Path): number => lines.linePos(offsetOf(document, at)).line;
  const { fleet, problems } = checkedFleet(contentOf(document, path));
  tell(
    problems.map(({ path: at, text }) => ({
      line: lineOf(at),
      text: sentence({ path: at, text }),
    })),
    path,
    io,
  );
  const { hostile } = fleet;
  if (hostile === undefined) return fleet;
  const keyFile = resolve(dirname(path), hostile.keyFile);
  return { ...fleet, hostile: { ...hostile, keyFile } };
}

async function textOf(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > MOST_BYTES)
      throw new Failure(EXIT.data, `${path} is larger than ${MOST_BYTES} bytes`);
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure(
      EXIT.file,
      `${isToken(path) ? 'FILE' : path} ${wordFor((error as NodeJS.ErrnoException).code)}`,
      undefined,
      {
        cause: error,
      },
    );
  }
}

/** `audience-auth replay TOKEN` is an easy mistake. */
function isToken(path: string): boolean {
  return path.startsWith('eyJ');
}

function wordFor(code: string | undefined): string {
  if (code === 'ENOENT') return 'does not exist';
  if (code === 'EISDIR') return 'is a folder';
  return `cannot be read (${code ?? 'unknown error'})`;
}

/** JSON too: it is a subset of YAML 1.2. */
async function parsed(
  path: string,
  text: string,
): Promise<{ document: Document.Parsed; lines: LineCounter }> {
  const { LineCounter: Lines, parseDocument } = await import('yaml');
  const lines = new Lines();
  const document = parseDocument(text, {
    lineCounter: lines,
    logLevel: 'silent',
    stringKeys: true,
  });
  const [error] = document.errors;
  if (error) {
    const { line } = lines.linePos(error.pos[0]);
    // Not its message, which quotes the file: that can hold secrets.
    const what = error.code.toLowerCase().replaceAll('_', ' ');
    throw new Failure(EXIT.data, `${path}:${line}: this is neither YAML nor JSON (${what})`);
  }
  return { document, lines };
}

function contentOf(document: Document.Parsed, path: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 }) as unknown;
  } catch (error) {
    throw new Failure(EXIT.data, `${path} has too many aliases, or one of nothing`, undefined, {
      cause: error,
    });
  }
}

/** Where the key begins that a path leads to, or as much of the path as there is in the file. */
function offsetOf(document: Document.Parsed, path: Path): number {
  for (let length = path.length; length > 0; length -= 1) {
    const parent: unknown = document.getIn(path.slice(0, length - 1), true);
    const offset = entryOffset(parent ?? document.contents, path[length - 1]);
    if (offset !== undefined) return offset;
  }
  return document.contents?.range[0] ?? 0;
}

function entryOffset(parent: unknown, key: string | number | undefined): number | undefined {
  const { items = [] } = parent as { items?: readonly unknown[] };
  type Located = {
    readonly range?: readonly [number, number, number] | null;
    readonly value?: unknown;
  };
  const entry = (
    typeof key === 'number'
      ? items[key]
      : items
          .map((pair) => (pair as { key: unknown }).key)
          .find((each) => (each as Located).value === key)
  ) as Located | undefined;
  return entry?.range?.[0];
}

/** `services[1].urll is not a key`. A key that is no word is not repeated: it may be a secret in the wrong place. */
function sentence({ path, text }: FileProblem): string {
  const where = path
    .map((part) =>
      typeof part === 'number' ? `[${part}]` : /^[A-Za-z_]{1,24}$/.test(part) ? `.${part}` : '.(…)',
    )
    .join('')
    .replace(/^\./, '');
  return `${where === '' ? 'the file' : where} ${text}`;
}

function tell(
  problems: readonly { line: number; text: string }[],
  path: string,
  io: Terminal,
): void {
  const [first] = problems;
  if (first === undefined) return;
  const lines = problems
    .toSorted((one, other) => one.line - other.line)
    .map(({ line, text }) => `${path}:${line}: ${text}`);
  if (lines.length === 1) throw new Failure(EXIT.data, lines[0] ?? '');
  for (const line of lines) io.stderr.write(`${line}\n`);
  throw new Failure(EXIT.data, `${basename(path)} has ${problems.length} problems`);
}
