import { expect } from 'vitest';

/** Long enough not to come about by chance, and short enough to find a part. */
const LENGTH = 9;

/** No nine characters in a row of a token, or of a secret, are in what was written. */
export function expectNothingOf(secret: string, output: string): void {
  const parts = Array.from({ length: Math.max(1, secret.length - LENGTH + 1) }, (_, at) =>
    secret.slice(at, at + LENGTH),
  );
  const found = parts.filter((part) => output.includes(part));
  expect(found, `given away in: ${output}`).toEqual([]);
}
