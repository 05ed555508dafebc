import { plain, REASON_TEXTS } from '../reason-texts.js';
import { visible, type Paint } from '../terminal.js';
import type { CheckOutcome, Inspection } from './inspection.js';
import { dateOf } from './times.js';

/** An inspection as a person reads it. */
export function inspectionText(
  { header, claims, checks, verdict, reason }: Inspection,
  now: number,
  paint: Paint,
): string {
  return [
    ...(header ? [paint('bold', 'Header'), ...members(header, now, paint), ''] : []),
    ...(claims ? [paint('bold', 'Claims'), ...members(claims, now, paint), ''] : []),
    paint('bold', 'Checks'),
    ...checks.flatMap((each) => outcome(each, paint)),
    '',
    verdictLine(verdict, reason, paint),
    '',
  ].join('\n');
}

const LONGEST_VALUE = 400;

function members(object: Readonly<Record<string, unknown>>, now: number, paint: Paint): string[] {
  const names = Object.keys(object).map(visible);
  const width = Math.min(24, Math.max(0, ...names.map((name) => name.length)));
  return Object.entries(object).map(([name, value]) => {
    const date = dateOf(name, value, now);
    const text = visible(JSON.stringify(value));
    const shown = text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
    return `  ${visible(name).padEnd(width)}  ${shown}${date === undefined ? '' : `  ${paint('dim', date)}`}`;
  });
}

const MARKS = { passed: ['green', '✓'], failed: ['red', '✗'], undecided: ['yellow', '?'] } as const;
const WIDTH = 15;

function outcome({ name, outcome: what, reason, detail }: CheckOutcome, paint: Paint): string[] {
  const [colour, mark] = MARKS[what];
  const word = { passed: '', failed: reason ?? '', undecided: 'not checkable' }[what];
  const line = `  ${paint(colour, mark)} ${name.padEnd(WIDTH)} ${paint(colour, word)}`.trimEnd();
  const details = [
    ...(detail === undefined ? [] : [visible(detail)]),
    ...(reason === undefined ? [] : [`To mend: ${plain(REASON_TEXTS[reason].mend)}`]),
  ];
  return [line, ...details.map((each) => `      ${each}`)];
}

function verdictLine(
  verdict: Inspection['verdict'],
  reason: Inspection['reason'],
  paint: Paint,
): string {
  if (verdict === 'refused') return paint('red', `Refused: ${reason}`);
  return verdict === 'let in'
    ? paint('green', 'Let in')
    : paint(
        'yellow',
        'Cannot say: nothing speaks against the token, but not everything could be checked',
      );
}
