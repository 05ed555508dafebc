import { Failure } from '../failure.js';
import { attempted } from './attempted.js';
import { eachOf, type Conditions } from './bounds.js';
import type { Fleet, Service } from './fleet.js';
import { hostileProbes } from './hostile-probes.js';
import { judged, type Cell } from './judged.js';
import { WITHOUT_TOKEN, type Probe } from './probe.js';
import { tokenFrom } from './token-source.js';

/** What a run found out. */
export interface Replay {
  readonly services: readonly Service[];
  readonly probes: readonly Probe[];
  /** Of every probe at every service that it concerns: row after row. */
  readonly cells: readonly Cell[];
}

/**
 * Tries every token at every service, and no token, garbage and hostile tokens as well.
 *
 * @throws Failure if a token cannot be had
 */
export async function replay(fleet: Fleet, conditions: Conditions): Promise<Replay> {
  const { services } = fleet;
  const hostile = await hostileProbes(fleet);
  const probes = [...(await ownTokens(fleet, conditions)), ...WITHOUT_TOKEN, ...hostile];
  const attempts = await attempted(probes, services, conditions);
  return { services, probes, cells: judged(attempts, probes, services) };
}

/** Throws a Failure for the first service whose token cannot be had. */
async function ownTokens(fleet: Fleet, { bounds, env, progress }: Conditions): Promise<Probe[]> {
  const means = { env };
  return eachOf(fleet.services, bounds.concurrency, async (of) => {
    progress(`the token for ${of.name}`);
    try {
      const token = await tokenFrom(of.source, means);
      return { kind: 'own', name: `token for ${of.name}`, of, token };
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const { exitCode, what, remedy } = error;
      throw new Failure(exitCode, `no token for ${of.name}: ${what}`, remedy, { cause: error });
    }
  });
}
