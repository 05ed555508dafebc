import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/** What the compiler has against a program, and the text it points at. */
export interface CompilerError {
  readonly at: string;
  readonly message: string;
}

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The application that recipes for its tests import. */
const APP_MODULE = 'test/package/consumers/recipes/app.module.ts';

/**
 * Compiles modules that exist only as text, all in one program, as if they lay in the root of the project and under its
 * compiler options. Returns the errors of each.
 */
export function compile(modules: ReadonlyMap<string, string>): Map<string, CompilerError[]> {
  const texts = new Map([...modules.values()].map((text, index) => [`${root}m${index}.ts`, text]));
  texts.set(`${root}app.module.ts`, ts.sys.readFile(root + APP_MODULE) ?? '');
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(`${root}tsconfig.json`, (path) => ts.sys.readFile(path)).config,
    { ...ts.sys, readDirectory: () => [] },
    root,
    { moduleDetection: ts.ModuleDetectionKind.Force },
  );
  const disk = ts.createCompilerHost(options);
  const host: ts.CompilerHost = {
    ...disk,
    fileExists: (name) => texts.has(name) || disk.fileExists(name),
    readFile: (name) => texts.get(name) ?? disk.readFile(name),
    getSourceFile: (name, language, ...rest) => {
      const text = texts.get(name);
      return text === undefined
        ? disk.getSourceFile(name, language, ...rest)
        : ts.createSourceFile(name, text, language);
    },
  };
  const program = ts.createProgram({ rootNames: [...texts.keys()], options, host });
  const errorsOf = (file: ts.SourceFile): CompilerError[] =>
    [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
      ({ start = 0, length = 0, messageText }) => ({
        at: file.text.slice(start, start + length),
        message: ts.flattenDiagnosticMessageText(messageText, '\n'),
      }),
    );
  const files = [...texts.keys()].map((name) => program.getSourceFile(name));
  return new Map(
    [...modules.keys()].map((name, index) => {
      const file = files[index];
      if (!file) throw new Error(`${name} was not compiled`);
      return [name, errorsOf(file)];
    }),
  );
}
