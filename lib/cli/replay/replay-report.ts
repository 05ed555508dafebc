import type { Finding } from '../findings.js';
import { evidenceOf, type Evidence } from './evidence.js';
import { findingsOf } from './findings.js';
import type { Method, Service } from './fleet.js';
import { wasTried } from './judged.js';
import type { Probe } from './probe.js';
import type { Replay } from './replay.js';

/** What `audience-auth replay --json` prints. Tokens go by their names. */
export interface ReplayReport {
  readonly verdict: FleetVerdict;
  readonly services: readonly ReportedService[];
  readonly tokens: readonly { readonly name: string; readonly kind: Probe['kind'] }[];
  /** Of every token at every service: row after row. */
  readonly cells: readonly Evidence[];
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

export function replayReport(replay: Replay): ReplayReport {
  const { services, probes, cells } = replay;
  return {
    verdict: verdictOf(replay),
    services: services.map(({ name, url, method, audience }) => ({
      name,
      url: new URL(url).origin + new URL(url).pathname,
      method,
      ...(audience !== undefined && { audience }),
    })),
    tokens: probes.map(({ name, kind }) => ({ name, kind })),
    cells: cells.map(evidenceOf),
    findings: findingsOf(replay),
  };
}

function verdictOf({ services, cells }: Replay): FleetVerdict {
  if (cells.some(({ verdict }) => verdict === 'crossed')) return 'crossed';
  const isJudged = (service: Service): boolean =>
    wasTried(service, cells) &&
    cells.every((cell) => cell.service !== service || cell.verdict !== 'not judged');
  return services.every(isJudged) ? 'closed' : 'not judged';
}
