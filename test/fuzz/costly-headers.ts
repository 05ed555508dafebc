import type { HeaderLines } from './judge-header.js';

/** One string, as it comes from a socket, and not V8's note of how to put it together. */
export const flat = (text: string): string => Buffer.from(text, 'latin1').toString('latin1');

const authorization = (value: string): HeaderLines => [['Authorization', flat(value)]];

/** Header lines of about so many bytes that a careless reader of them would be long about. */
export const COSTLY_HEADERS: Readonly<Record<string, (bytes: number) => HeaderLines>> = {
  'a word without a space': (bytes) => authorization('a'.repeat(bytes)),
  'the scheme over and over': (bytes) => authorization('bearer'.repeat(bytes / 6)),
  'the scheme and nothing but spaces': (bytes) => authorization(`Bearer${' '.repeat(bytes - 6)}`),
  'spaces before the token': (bytes) => authorization(`Bearer${' '.repeat(bytes - 7)}a`),
  'spaces in the token': (bytes) => authorization(`Bearer ${'a '.repeat((bytes - 8) / 2)}a`),
  'tabs for spaces': (bytes) => authorization(`Bearer${'\t'.repeat(bytes - 7)}a`),
  'a wrong character at the end': (bytes) => authorization(`Bearer ${'a'.repeat(bytes - 8)}!`),
  'padding before a wrong end': (bytes) => authorization(`Bearer a${'='.repeat(bytes - 9)}a`),
  'padding in between': (bytes) => authorization(`Bearer ${'a='.repeat((bytes - 8) / 2)}a`),
  'dots for a token': (bytes) => authorization(`Bearer ${'.'.repeat(bytes - 7)}`),
  'hundreds of nearly the same lines': (bytes) => [
    ...Array.from({ length: bytes / 18 }, () => ['AUTHORIZATIOM', 'a'] as const),
    ...authorization('Bearer a'),
  ],
};
