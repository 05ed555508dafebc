import { findingsText } from '../findings-text.js';
import { visible, type Paint } from '../terminal.js';
import { grouped, inShort, wordsFor } from './evidence.js';
import type { ReplayReport } from './replay-report.js';
import { rowsOf } from './rows.js';
import type { Verdict } from './verdict.js';

export const SIGNS: Readonly<Record<Verdict, string>> = {
  'let in': '✓',
  refused: '✗',
  crossed: '!',
  'not judged': '?',
};

const STYLES = {
  'let in': 'green',
  refused: 'dim',
  crossed: 'red',
  'not judged': 'yellow',
} as const;

const SUMMARIES = {
  closed: 'Closed: every service lets in what is for it, and nothing else.',
  crossed: 'Crossed: a service lets in what is not for it.',
  'not judged': 'Not judged: what has been seen does not prove that the fleet is closed.',
};

/** A run as text: the matrix, the evidence for each cell, the findings. */
export function replayText(report: ReplayReport, width: number, paint: Paint): string {
  const style = { closed: 'green', crossed: 'red', 'not judged': 'yellow' } as const;
  return [
    ...matrix(report, width, paint),
    '',
    paint('dim', '✓ let in  ✗ refused  ! crossed over  ? not judged'),
    ...report.services.flatMap(({ name }) => evidenceAt(name, report, paint)),
    '',
    ...findingsText(report.findings, paint),
    '',
    paint(style[report.verdict], SUMMARIES[report.verdict]),
    '',
  ].join('\n');
}

function matrix(report: ReplayReport, width: number, paint: Paint): string[] {
  const all = rowsOf(report);
  const names = report.services.map(({ name }) => visible(name));
  const first = Math.max(...all.map(({ name }) => name.length)) + 3;
  const widths = (heads: readonly string[]): number[] =>
    heads.map((head, index) => {
      const labels = all.map(({ squares }) => (squares[index]?.label.length ?? 0) + 2);
      return Math.max(head.length, ...labels) + 3;
    });
  const needed = widths(names).reduce((sum, each) => sum + each, first);
  // Where names do not fit, they are numbered, and listed with the evidence.
  const heads = needed <= width ? names : names.map((_, index) => `(${index + 1})`);
  const columns = widths(heads);
  const rows = all.map(({ name, squares }) => {
    const row = columns.map((column, index) => {
      const square = squares[index];
      if (square === undefined) return ' '.repeat(column);
      const { verdict, label } = square;
      return paint(STYLES[verdict], `${SIGNS[verdict]} ${label}`.padEnd(column));
    });
    return (visible(name).padEnd(first) + row.join('')).trimEnd();
  });
  const head = heads.map((each, index) => each.padEnd(columns[index] ?? 0)).join('');
  return [paint('bold', `${'at'.padStart(first - 2).padEnd(first)}${head}`.trimEnd()), ...rows];
}

function evidenceAt(service: string, { services, cells }: ReplayReport, paint: Paint): string[] {
  const index = services.findIndex(({ name }) => name === service);
  const { url = '', method = 'GET' } = services[index] ?? {};
  const groups = grouped(cells.filter((cell) => cell.service === service));
  const lines = groups.map(({ evidence, tokens }) => {
    const { verdict, note } = evidence;
    const words = visible(wordsFor(evidence)) + (note === undefined ? '' : ` (${note})`);
    const sign = paint(STYLES[verdict], SIGNS[verdict]);
    return `  ${sign} ${words.trim()}  ${paint('dim', visible(`← ${inShort(tokens)}`))}`;
  });
  return ['', paint('bold', visible(`(${index + 1}) ${service}: ${method} ${url}`)), ...lines];
}
