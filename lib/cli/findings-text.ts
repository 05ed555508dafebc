import type { Finding } from './findings.js';
import { visible, type Paint } from './terminal.js';

const MARKS = {
  ok: ['green', '✓', ''],
  warning: ['yellow', '!', 'Warning: '],
  problem: ['red', '✗', 'Problem: '],
} as const;

/** Findings as a person reads them, a few lines each. */
export function findingsText(findings: readonly Finding[], paint: Paint): string[] {
  return findings.flatMap(({ level, title, detail, remedy }) => {
    const [colour, mark, word] = MARKS[level];
    return [
      `${paint(colour, mark)} ${paint(colour, word)}${visible(title)}`,
      ...(detail === undefined ? [] : [`    ${visible(detail)}`]),
      ...(remedy === undefined ? [] : [`    To mend: ${visible(remedy)}`]),
    ];
  });
}
