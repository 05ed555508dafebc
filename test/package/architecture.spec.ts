import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

/** The stations of a request and of the boot, and what tests are made with; each may use those behind it only. */
const STATIONS = [
  'cli',
  'testing',
  '.',
  'mcp',
  'metadata',
  'guard',
  'options',
  'verification',
  'keys',
  'policy',
  'rejection',
];

/** All that tests are made with may use of the library: the algorithms, and what tokens and reasons are. */
const USED_BY_TESTING = ['keys/algorithms.ts', 'policy/check.ts', 'rejection/rejections.ts'];

/** The stations that decide, and know nothing of where they run. */
const PURE_STATIONS = ['policy', 'rejection'];

const lib = fileURLToPath(new URL('../../lib/', import.meta.url));
const files = readdirSync(lib, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.ts'),
);

const textOf = (file: string): string => readFileSync(join(lib, file), 'utf8');

/** The station of a file: its outermost folder. */
function stationOf(file: string): string {
  return dirname(file).split('/')[0] ?? '.';
}

function importsOf(file: string): string[] {
  return ts.preProcessFile(textOf(file)).importedFiles.map(({ fileName }) => fileName);
}

/** The files of the library that a file imports. */
function siblingsOf(file: string): string[] {
  return importsOf(file)
    .filter((name) => name.startsWith('.'))
    .map((name) => normalize(join(dirname(file), name)).replace(/\.js$/, '.ts'));
}

/** Whether a file waits before it has been evaluated, so that CommonJS could not `require` it. */
function awaitsAtTopLevel(file: string): boolean {
  const awaits = (node: ts.Node): boolean =>
    ts.isAwaitExpression(node) ||
    (ts.isForOfStatement(node) && node.awaitModifier !== undefined) ||
    (!ts.isFunctionLike(node) && (ts.forEachChild(node, awaits) ?? false));
  return awaits(ts.createSourceFile(file, textOf(file), ts.ScriptTarget.Latest));
}

describe('the library', () => {
  it('has the stations that it is said to have, and no other folders', () => {
    expect([...new Set(files.map(stationOf))].toSorted()).toEqual(STATIONS.toSorted());
  });

  it.each(files)('imports one way: %s', (file) => {
    const station = STATIONS.indexOf(stationOf(file));
    const against = siblingsOf(file).filter((each) => STATIONS.indexOf(stationOf(each)) < station);
    expect(against).toEqual([]);
  });

  it('imports in no circle', () => {
    const circles: string[][] = [];
    const done = new Set<string>();
    const follow = (file: string, path: readonly string[]): void => {
      if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file]);
      if (done.has(file) || path.includes(file)) return;
      for (const each of siblingsOf(file)) follow(each, [...path, file]);
      done.add(file);
    };
    for (const file of files) follow(file, []);
    expect(circles).toEqual([]);
  });

  it.each(PURE_STATIONS)('imports no package in %s/', (station) => {
    const packages = files
      .filter((file) => stationOf(file) === station)
      .flatMap(importsOf)
      .filter((name) => !name.startsWith('.'));
    expect(packages).toEqual([]);
  });

  it('needs next to nothing of the library, and no package, in testing/', () => {
    const testing = files.filter((file) => dirname(file) === 'testing');
    const used = testing.flatMap(siblingsOf).filter((file) => dirname(file) !== 'testing');
    expect(used.filter((file) => !USED_BY_TESTING.includes(file))).toEqual([]);
    const packages = testing.flatMap(importsOf).filter((name) => !/^(?:\.|node:)/.test(name));
    expect(packages).toEqual([]);
  });

  it('imports the packages that are declared, and Node', () => {
    const { dependencies, peerDependencies } = JSON.parse(
      readFileSync(join(lib, '../package.json'), 'utf8'),
    ) as Record<'dependencies' | 'peerDependencies', Record<string, string>>;
    const declared = [...Object.keys(dependencies), ...Object.keys(peerDependencies)];
    const packages = new Set(files.flatMap(importsOf).filter((name) => !name.startsWith('.')));
    const undeclared = [...packages].filter(
      (name) => !declared.includes(name) && !builtinModules.includes(name.replace(/^node:/, '')),
    );
    expect(undeclared).toEqual([]);
  });

  it('does not wait at the top level: CommonJS applications require it', () => {
    expect(files.filter(awaitsAtTopLevel)).toEqual([]);
  });

  it('has no file that is too long to be read at one go', () => {
    expect(files.filter((file) => textOf(file).split('\n').length > 250)).toEqual([]);
  });
});
