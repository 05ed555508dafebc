import type { Finding } from '../findings.js';
import { findingsOf } from './findings.js';
import type { Method } from './fleet.js';
import type { Cell } from './judged.js';
import type { Probe } from './probe.js';
import type { Replay } from './replay.js';
import type { Note, Verdict } from './verdict.js';

/** What `audience-auth replay --json` prints. Tokens go by their names. */
export interface ReplayReport {
  readonly verdict: FleetVerdict;
  readonly services: readonly ReportedService[];
  readonly tokens: readonly { readonly name: string; readonly kind: Probe['kind'] }[];
  /** Of every token at every service: row after row. */
  readonly cells: readonly ReportedCell[];
  readonly findings: readonly Finding[];
}

export type FleetVerdict = 'closed' | 'crossed' | 'not judged';

export interface ReportedService {
  readonly name: string;
  /** Without query, which can hold credentials. */
  readonly url: string;
  readonly method: Method;
  readonly audience?: string;
}

export interface ReportedCell {
  readonly token: string;
  readonly service: string;
  readonly expected: 'let in' | 'refused';
  readonly verdict: Verdict;
  readonly note?: Note;
  readonly status?: number;
  readonly challenge?: string;
  readonly error?: string;
  readonly reason?: string;
  /** Why there is no answer. */
  readonly silence?: string;
}

export function replayReport(replay: Replay): ReplayReport {
  const { services, probes, cells } = replay;
  return {
    verdict: verdictOf(cells),
    services: services.map(({ name, url, method, audience }) => ({
      name,
      url: new URL(url).origin + new URL(url).pathname,
      method,
      ...(audience !== undefined && { audience }),
    })),
    tokens: probes.map(({ name, kind }) => ({ name, kind })),
    cells: cells.map(reported),
    findings: findingsOf(replay),
  };
}

function verdictOf(cells: readonly Cell[]): FleetVerdict {
  if (cells.some(({ verdict }) => verdict === 'crossed')) return 'crossed';
  return cells.some(({ verdict }) => verdict === 'not judged') ? 'not judged' : 'closed';
}

function reported({ probe, service, expected, verdict, note, answer }: Cell): ReportedCell {
  const belongs = expected === 'own' || expected === 'neighbour';
  const cell = {
    token: probe.name,
    service: service.name,
    expected: belongs ? 'let in' : 'refused',
    verdict,
    ...(note !== undefined && { note }),
  } as const;
  if (answer === undefined) return cell;
  if ('silence' in answer) return { ...cell, silence: answer.silence };
  const { status, challenge, error, reason } = answer;
  return {
    ...cell,
    status,
    ...(challenge !== undefined && { challenge }),
    ...(error !== undefined && error !== '' && { error }),
    ...(reason !== undefined && { reason }),
  };
}
