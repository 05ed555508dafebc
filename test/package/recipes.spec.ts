import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { examples } from '../types/examples.js';

const directory = new URL('consumers/recipes/', import.meta.url);
const recipe = (name: string): string => readFileSync(new URL(name, directory), 'utf8');
const shownIn = (document: string): string[] =>
  [...examples()].filter(([place]) => place.startsWith(document)).map(([, code]) => code);

describe('what consumers run is what the documentation shows:', () => {
  it.each(readdirSync(directory).filter((name) => name.endsWith('.ts')))('%s', (name) => {
    expect(shownIn('docs/testing.md')).toContain(recipe(name));
  });

  it('the recipe of the README', () => {
    expect(shownIn('README.md')).toContain(recipe('vitest.test.ts'));
  });

  it('how Jest is configured', () => {
    const { jest } = JSON.parse(recipe('jest/package.json')) as { jest: object };
    const document = readFileSync(new URL('../../docs/testing.md', import.meta.url), 'utf8');
    const fences = [...document.matchAll(/^```json\n([^]*?)^```$/gm)].map(([, json = '']) => json);
    expect(fences.map((json) => JSON.parse(json) as unknown)).toContainEqual({ jest });
  });
});
