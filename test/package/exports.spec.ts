import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  exports: Record<string, string | { types: string; default: string }>;
  peerDependencies: Record<string, string>;
};

/** What each entry point gives at run time, and what to the compiler only. */
const ENTRY_POINTS = {
  '.': {
    values: [
      'AccessTokenRejection',
      'AccessTokenVerifier',
      'AudienceAuthGuard',
      'AudienceAuthHealth',
      'AudienceAuthModule',
      'CurrentToken',
      'Public',
      'REJECTIONS',
      'RequireAnyScope',
      'RequireClient',
      'RequireScopes',
      'SigningKeysUnavailable',
      'TokenClaim',
    ],
    types: [
      'AccessToken',
      'AudienceAuthAsyncOptions',
      'AudienceAuthOptions',
      'AudienceAuthOptionsFactory',
      'IssuerOptions',
      'RejectionEvent',
      'RejectionReason',
    ],
  },
  './mcp': {
    values: ['RequireToolScopes', 'toAuthInfo', 'withAuthInfo'],
    types: ['McpAuthInfo'],
  },
  './testing': {
    values: ['TestAuthorizationServer', 'hostileTokens'],
    types: ['Fault', 'HostileToken', 'PublishedDocument', 'TestAuthorizationServerOptions'],
  },
};

const entryPoints = Object.entries(ENTRY_POINTS).map(([subpath, names]) => ({
  specifier: `nestjs-audience-auth${subpath.slice(1)}`,
  subpath,
  ...names,
}));

/** Runs a program as Node would run it in an application, away from the aliases of the test runner. */
function inNode(type: 'module' | 'commonjs', program: string): unknown {
  const output = execFileSync(process.execPath, [`--input-type=${type}`, '--eval', program], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return JSON.parse(output);
}

function declarationOf(subpath: string): string {
  const target = manifest.exports[subpath];
  if (typeof target !== 'object') throw new Error(`${subpath} has no types`);
  return join(root, target.types);
}

/** The names that a declaration file exports, be they types or values. */
function declaredNames(file: string): string[] {
  const program = ts.createProgram([file], {
    module: ts.ModuleKind.NodeNext,
    types: [],
    noLib: true,
  });
  const source = program.getSourceFile(file);
  const symbol = source && program.getTypeChecker().getSymbolAtLocation(source);
  return [...(symbol?.exports?.keys() ?? [])].map(String).toSorted();
}

describe.each(entryPoints)('$specifier', ({ specifier, subpath, values, types }) => {
  it('gives an ESM application what the documentation promises, and no more', () => {
    const program = `console.log(JSON.stringify(Object.keys(await import('${specifier}')).sort()))`;
    expect(inNode('module', program)).toEqual(values);
  });

  it('gives a CommonJS application the same', () => {
    const program = `console.log(JSON.stringify(Object.keys(require('${specifier}')).sort()))`;
    expect(inNode('commonjs', program)).toEqual(values);
  });

  it('declares just these names and their types', () => {
    expect(declaredNames(declarationOf(subpath))).toEqual([...values, ...types].toSorted());
  });
});

describe('the package', () => {
  it('has no entry point but these', () => {
    expect(Object.keys(manifest.exports)).toEqual([...Object.keys(ENTRY_POINTS), './package.json']);
    const program = `import('nestjs-audience-auth/dist/lib/guard/decorators.js').catch(({ code }) => console.log(JSON.stringify(code)))`;
    expect(inNode('module', program)).toBe('ERR_PACKAGE_PATH_NOT_EXPORTED');
  });

  it('is one and the same to import and to require, so that there is one registry of tokens', () => {
    const program = `
      import { createRequire } from 'node:module';
      import * as imported from 'nestjs-audience-auth';
      const required = createRequire(process.cwd() + '/')('nestjs-audience-auth');
      console.log(imported.AudienceAuthModule === required.AudienceAuthModule)`;
    expect(inNode('module', program)).toBe(true);
  });

  it('has declarations that need no package which a consumer may not have', () => {
    const declarations = readdirSync(join(root, 'dist/lib'), {
      recursive: true,
      encoding: 'utf8',
    }).filter((name) => name.endsWith('.d.ts'));
    const needed = declarations.flatMap((name) => {
      const { importedFiles, typeReferenceDirectives } = ts.preProcessFile(
        readFileSync(join(root, 'dist/lib', name), 'utf8'),
      );
      return [...importedFiles, ...typeReferenceDirectives].map(({ fileName }) => fileName);
    });
    const foreign = needed.filter((name) => !name.startsWith('.') && !name.startsWith('node:'));
    const unavailable = foreign.filter((name) => !(name in manifest.peerDependencies));
    expect(declarations.length).toBeGreaterThan(0);
    expect(unavailable).toEqual([]);
  });

  it('packs the library, what must go with it, and nothing else', () => {
    const [tarball] = JSON.parse(
      execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
        cwd: root,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }),
    ) as [{ files: { path: string }[] }];
    const packed = tarball.files.map(({ path }) => path);
    const beside = packed.filter(
      (path) => !/^(?:dist\/lib\/.+\.(?:js|d\.ts)|docs\/.+\.(?:md|svg))$/.test(path),
    );
    const expected = [
      'CHANGELOG.md',
      'CONTRIBUTING.md',
      'LICENSE',
      'README.md',
      'SECURITY.md',
      'package.json',
    ];
    expect(beside.toSorted()).toEqual(expected.filter((name) => existsSync(join(root, name))));

    const compiled = packed.filter((path) => path.endsWith('.js'));
    const sources = readdirSync(join(root, 'lib'), { recursive: true, encoding: 'utf8' });
    expect(compiled.toSorted()).toEqual(
      sources
        .filter((name) => name.endsWith('.ts'))
        .map((name) => `dist/lib/${name.replace(/\.ts$/, '.js')}`)
        .toSorted(),
    );
  });
});
