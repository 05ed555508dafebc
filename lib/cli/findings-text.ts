import type { Finding } from './findings.js';
import { visible, type Paint } from './terminal.js';

/** Words, since ✗ and ! stand for the verdicts on a token. */
const WORDS = {
  ok: ['green', '✓'],
  warning: ['yellow', 'Warning:'],
  problem: ['red', 'Problem:'],
} as const;

/** Findings as a person reads them, a few lines each. */
export function findingsText(findings: readonly Finding[], paint: Paint): string[] {
  return findings.flatMap(({ level, title, detail, remedy }) => {
    const [colour, word] = WORDS[level];
    return [
      `${paint(colour, word)} ${visible(title)}`,
      ...(detail === undefined ? [] : [`    ${visible(detail)}`]),
      ...(remedy === undefined ? [] : [`    To mend: ${visible(remedy)}`]),
    ];
  });
}
