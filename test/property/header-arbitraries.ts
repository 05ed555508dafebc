import fc from 'fast-check';

/** Any bytes, as the text that `rawRequest` writes byte for byte. */
export const headerBytes = fc
  .uint8Array({ maxLength: 60 })
  .map((array) => Buffer.from(array).toString('latin1'));

const CONFUSING = [
  'Bearer',
  'bearer',
  'BEARER',
  'Basic',
  'DPoP',
  ' ',
  '  ',
  '\t',
  ',',
  '=',
  '"',
  ';',
  ':',
  '%',
  '.',
  '..',
  'e30',
  'e30.e30.',
  '\\',
  '\0',
  '\r',
  '\n',
  '\u007f',
  '\u00a0',
  '\u00e9',
];

/** What is likely to confuse whoever takes a header apart. */
export const headerPieces = fc
  .array(fc.constantFrom(...CONFUSING), { maxLength: 8 })
  .map((list) => list.join(''));
