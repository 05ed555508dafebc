import { readdir, readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface SourceFile {
  /** Relative to the root of the repository, with slashes. */
  readonly path: string;
  readonly lines: readonly string[];
}

const FOLDERS = ['lib', 'sample', 'test', 'docs'];
const TEXT = /\.(?:ts|md|json)$/;
const MOST_FILES = 2_000;
const LONGEST_FILE = 256 * 1024;

/** The files of this repository: source, tests and documentation. */
export async function sourceFiles(): Promise<SourceFile[]> {
  const root = repositoryRoot();
  const folders = await Promise.all(FOLDERS.map((folder) => filesBeneath(join(root, folder))));
  const paths = folders.flat().slice(0, MOST_FILES);
  const files = await Promise.all(
    paths.map(async (path) => ({
      path: relative(root, path).split(sep).join('/'),
      text: await readFile(path, 'utf8'),
    })),
  );
  return files
    .filter(({ text }) => text.length <= LONGEST_FILE)
    .map(({ path, text }) => ({ path, lines: text.split('\n') }));
}

async function filesBeneath(folder: string): Promise<string[]> {
  if (!existsSync(folder)) return [];
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile() && TEXT.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.includes(`${sep}node_modules${sep}`))
    .sort();
}

/** The nearest folder with a package.json, from the compiled file as from the source. */
function repositoryRoot(folder = dirname(fileURLToPath(import.meta.url))): string {
  if (existsSync(join(folder, 'package.json'))) return folder;
  return repositoryRoot(dirname(folder));
}
