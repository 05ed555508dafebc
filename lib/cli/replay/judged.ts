import type { Answer, Silence } from './answer.js';
import type { Service } from './fleet.js';
import { concerns, isFor, type Probe } from './probe.js';
import { judge, type Expectation, type Judgement } from './verdict.js';

/** One probe at one service, and what was answered. */
export interface Attempt {
  readonly probe: Probe;
  readonly service: Service;
  /** Missing, if the service was not asked any more. */
  readonly answer?: Answer | Silence;
}

/** What came of it. */
export interface Cell extends Attempt, Judgement {
  readonly expected: Expectation;
}

/**
 * Judges the answers together: a refusal proves something only of a good token, at a service that lets its own in.
 *
 * @returns row after row
 */
export function judged(
  attempts: readonly Attempt[],
  probes: readonly Probe[],
  services: readonly Service[],
): Cell[] {
  const at = (probe: Probe | undefined, service: Service): Attempt | undefined =>
    attempts.find((each) => each.probe === probe && each.service === service);
  const none = probes.find(({ kind }) => kind === 'none');
  const cells = probes.flatMap((probe) =>
    services
      .filter((service) => concerns(probe, service))
      .map((service): Cell => {
        const expected = expectationOf(probe, service);
        const attempt = at(probe, service) ?? { probe, service };
        const { answer } = attempt;
        if (answer === undefined) {
          return { ...attempt, expected, verdict: 'not judged', note: 'not asked' };
        }
        const asksForTokens = statusOf(at(none, service)?.answer) === 401;
        return { ...attempt, expected, ...judge(answer, expected, asksForTokens) };
      }),
  );
  return cells.map((cell) => (provesNothing(cell, cells) ? doubted(cell) : cell));
}

/** Whether a service was offered a good token that is not for it: without one, that it refuses others is not known. */
export function wasTried(service: Service, cells: readonly Cell[]): boolean {
  return cells.some(
    (cell) =>
      cell.service === service && (cell.expected === 'foreign' || cell.expected === 'hostile'),
  );
}

function expectationOf(probe: Probe, service: Service): Expectation {
  if (probe.kind !== 'own') return probe.kind;
  if (probe.of === service) return 'own';
  return isFor(probe, service) ? 'neighbour' : 'foreign';
}

function statusOf(answer: Answer | Silence | undefined): number | undefined {
  return answer && 'status' in answer ? answer.status : undefined;
}

function provesNothing(cell: Cell, cells: readonly Cell[]): boolean {
  const { probe, service, verdict, answer } = cell;
  if (verdict !== 'refused') return false;
  if (answer && 'reason' in answer && answer.reason?.startsWith('audience_')) return false;
  const letsIn = (at: Service, expected: Expectation): boolean =>
    cells.some(
      (each) => each.service === at && each.expected === expected && each.verdict === 'let in',
    );
  if (probe.kind === 'hostile') return !letsIn(service, 'control');
  return probe.kind === 'own' && !(letsIn(service, 'own') && letsIn(probe.of, 'own'));
}

function doubted(cell: Cell): Cell {
  return { ...cell, verdict: 'not judged', note: 'proves nothing' };
}
