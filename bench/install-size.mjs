import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const RECIPE = ['@nestjs/passport', 'passport', 'passport-jwt', 'jwks-rsa'];

/** Packages and bytes that this library, and the documented recipe, add to a Nest application. */
export function installSize() {
  const nest = closure(['@nestjs/common', '@nestjs/core', '@nestjs/platform-express']);
  const { dependencies, files } = manifest(ROOT);
  const own = files
    .map((each) => join(ROOT, each))
    .filter((path) => existsSync(path))
    .reduce((sum, path) => sum + bytesIn(path), 0);
  const added = (names) => [...closure(names)].filter((directory) => !nest.has(directory));
  const sized = (directories) => ({
    packages: directories.length,
    bytes: directories.reduce((sum, directory) => sum + bytesIn(directory), 0),
  });
  const ours = sized(added(Object.keys(dependencies)));
  return {
    'this library': { packages: ours.packages + 1, bytes: ours.bytes + own },
    [RECIPE.join(' + ')]: sized(added(RECIPE)),
  };
}

/** The directories of these packages and of all that they need. */
function closure(names) {
  const found = new Set();
  const add = (name, from) => {
    const directory = locate(name, from);
    if (directory === undefined || found.has(directory)) return;
    found.add(directory);
    for (const each of Object.keys(manifest(directory).dependencies ?? {})) add(each, directory);
  };
  for (const name of names) add(name, ROOT);
  return found;
}

/** As Node looks for it. */
function locate(name, from) {
  const directory = join(from, 'node_modules', name);
  if (existsSync(directory)) return directory;
  return from === dirname(from) ? undefined : locate(name, dirname(from));
}

function manifest(directory) {
  return JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
}

function bytesIn(path) {
  const status = statSync(path);
  if (!status.isDirectory()) return status.size;
  return readdirSync(path)
    .filter((name) => name !== 'node_modules')
    .reduce((sum, name) => sum + bytesIn(join(path, name)), 0);
}
