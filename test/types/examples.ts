import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** A TypeScript fence, bare in Markdown or behind the asterisks of a docstring. */
const FENCE =
  /^(?<margin>[ \t]*(?:\* )?)```(?:ts|typescript)\b.*\n(?<code>[^]*?)^[ \t]*(?:\* )?```$/gm;

/** Where a recipe needs what only a consumer has, it is compiled and run there: test/package/consumers. */
const ELSEWHERE = "from '@jest/globals'";

/** Every TypeScript example of the documentation that can be compiled here, by the place where it stands. */
export function compilableExamples(): Map<string, string> {
  return new Map([...examples()].filter(([, code]) => !code.includes(ELSEWHERE)));
}

/** Every TypeScript example of the documentation, by the place where it stands. */
export function examples(): Map<string, string> {
  return new Map([...documents()].flatMap(examplesIn));
}

/** The Markdown of the project and of `docs/`, and the docstrings of the library. */
function* documents(): Generator<string> {
  for (const name of readdirSync(root)) if (name.endsWith('.md')) yield name;
  for (const name of readdirSync(`${root}docs`)) if (name.endsWith('.md')) yield `docs/${name}`;
  for (const name of readdirSync(`${root}lib`, { recursive: true, encoding: 'utf8' })) {
    if (name.endsWith('.ts')) yield `lib/${name}`;
  }
}

function examplesIn(document: string): [place: string, code: string][] {
  const text = readFileSync(root + document, 'utf8');
  return [...text.matchAll(FENCE)].map(({ index, groups: { margin = '', code = '' } = {} }) => {
    const line = text.slice(0, index).split('\n').length;
    const inner = code
      .split('\n')
      .map((each) =>
        each.startsWith(margin) ? each.slice(margin.length) : each.replace(/^[ \t]*\*/, ''),
      );
    return [`${document}:${line}`, inner.join('\n')];
  });
}
