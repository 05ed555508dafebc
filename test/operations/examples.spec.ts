import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { examples } from '../types/examples.js';

const directory = new URL('examples/', import.meta.url);
const documented = [...examples()]
  .filter(([place]) => place.startsWith('docs/operations.md'))
  .map(([, code]) => code);

describe('what is run here is what docs/operations.md shows:', () => {
  it.each(readdirSync(directory))('%s', (name) => {
    expect(documented).toContain(readFileSync(new URL(name, directory), 'utf8'));
  });
});
