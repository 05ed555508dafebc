import type { Answer, Silence } from './answer.js';
import type { Service } from './fleet.js';
import { isFor, type Probe } from './probe.js';
import { judge, type Expectation, type Judgement } from './verdict.js';

/** What came of one probe at one service. */
export interface Cell extends Judgement {
  readonly probe: Probe;
  readonly service: Service;
  readonly expected: Expectation;
  /** Missing, if the service was not asked any more. */
  readonly answer?: Answer | Silence;
}

/** Judges the answers together: a refusal proves something only of a good token, at a service that lets its own in. */
export function judged(
  probes: readonly Probe[],
  services: readonly Service[],
  answers: readonly (Answer | Silence | undefined)[],
): Cell[] {
  const at = (probe: Probe, service: Service): Answer | Silence | undefined =>
    answers[probes.indexOf(probe) * services.length + services.indexOf(service)];
  const none = probes.find(({ kind }) => kind === 'none');
  const cells = probes.flatMap((probe) =>
    services.map((service): Cell => {
      const answer = at(probe, service);
      const expected = expectationOf(probe, service);
      if (answer === undefined) {
        return { probe, service, expected, verdict: 'not judged', note: 'not asked' };
      }
      const asksForTokens = none !== undefined && statusOf(at(none, service)) === 401;
      return { probe, service, expected, answer, ...judge(answer, expected, asksForTokens) };
    }),
  );
  return cells.map((cell) => (provesNothing(cell, cells) ? doubted(cell) : cell));
}

function expectationOf(probe: Probe, service: Service): Expectation {
  if (probe.kind !== 'own') return probe.kind;
  if (probe.of === service) return 'own';
  return isFor(probe, service) ? 'neighbour' : 'foreign';
}

function statusOf(answer: Answer | Silence | undefined): number | undefined {
  return answer && 'status' in answer ? answer.status : undefined;
}

function provesNothing(
  { probe, service, expected, verdict, answer }: Cell,
  cells: readonly Cell[],
) {
  if (expected !== 'foreign' || verdict !== 'refused' || probe.kind !== 'own') return false;
  const saysWhy = answer && 'reason' in answer && answer.reason?.startsWith('audience_');
  const goodAt = (at: Service): boolean =>
    cells.some(
      (cell) => cell.expected === 'own' && cell.service === at && cell.verdict === 'let in',
    );
  return !saysWhy && !(goodAt(service) && goodAt(probe.of));
}

function doubted(cell: Cell): Cell {
  return { ...cell, verdict: 'not judged', note: 'proves nothing' };
}
