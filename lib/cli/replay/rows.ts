import type { Evidence } from './evidence.js';
import type { ReplayReport } from './replay-report.js';
import type { Verdict } from './verdict.js';

/** A row of the matrix as it is shown: a token, or all hostile ones. */
export interface Row {
  readonly name: string;
  /** By service; there is none where nothing was sent. */
  readonly squares: readonly (Square | undefined)[];
}

export interface Square {
  readonly verdict: Verdict;
  readonly expected: Evidence['expected'];
  /** The status, or of how many tokens the verdict is. */
  readonly label: string;
}

/** The rows of the matrix. The hostile tokens are one, in which each service shows the worst that came of them. */
export function rowsOf({ services, tokens, cells }: ReplayReport): Row[] {
  const row = (name: string, of: readonly string[]): Row => ({
    name,
    squares: services.map((service) =>
      squareOf(cells.filter((cell) => cell.service === service.name && of.includes(cell.token))),
    ),
  });
  const hostile = tokens.filter(({ kind }) => kind === 'hostile').map(({ name }) => name);
  return [
    ...tokens.filter(({ kind }) => kind !== 'hostile').map(({ name }) => row(name, [name])),
    ...(hostile.length === 0 ? [] : [row(`${hostile.length} hostile tokens`, hostile)]),
  ];
}

const WORST_FIRST = ['crossed', 'not judged', 'refused', 'let in'] as const;

function squareOf(cells: readonly Evidence[]): Square | undefined {
  const verdict = WORST_FIRST.find((each) => cells.some((cell) => cell.verdict === each));
  const [first] = cells;
  if (first === undefined || verdict === undefined) return undefined;
  const of = cells.filter((cell) => cell.verdict === verdict);
  const isAlike = of.length === cells.length && of.every(({ status }) => status === first.status);
  const label = isAlike ? String(first.status ?? 'none') : `${of.length} of ${cells.length}`;
  return { verdict, expected: first.expected, label };
}
