import { Failure } from '../failure.js';
import { answerOf, type Answer, type Silence } from './answer.js';
import { eachOf, type Bounds } from './bounds.js';
import type { Fleet, Service } from './fleet.js';
import { judged, type Cell } from './judged.js';
import { NamedHosts } from './named-hosts.js';
import { WITHOUT_TOKEN, type Probe } from './probe.js';
import { tokenFrom } from './token-source.js';

/** What a run found out. */
export interface Replay {
  readonly services: readonly Service[];
  readonly probes: readonly Probe[];
  /** Of every probe at every service: row after row. */
  readonly cells: readonly Cell[];
}

/** What a run needs beside the fleet. */
export interface Conditions {
  readonly bounds: Bounds;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Is told what is being done. */
  readonly progress: (step: string) => void;
}

/** A service that has not answered as often as this is not asked any more. */
const MOST_SILENCES = 2;

/**
 * Tries every token at every service, and no token and garbage as well.
 *
 * @throws Failure if a token cannot be had
 */
export async function replay(fleet: Fleet, conditions: Conditions): Promise<Replay> {
  const { services } = fleet;
  const probes = [...(await ownTokens(fleet, conditions)), ...WITHOUT_TOKEN];
  const answers = await answersTo(probes, services, conditions);
  return { services, probes, cells: judged(probes, services, answers) };
}

async function ownTokens(fleet: Fleet, { bounds, env, progress }: Conditions): Promise<Probe[]> {
  const means = { env, hosts: new NamedHosts(fleet) };
  return eachOf(fleet.services, bounds.concurrency, async (of) => {
    progress(`getting the token for ${of.name}`);
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

/** Row after row, so that requests that follow each other go to different services. */
function answersTo(
  probes: readonly Probe[],
  services: readonly Service[],
  { bounds, progress }: Conditions,
): Promise<(Answer | Silence | undefined)[]> {
  const pairs = probes.flatMap((probe) => services.map((service) => ({ probe, service })));
  const silences = new Map<Service, number>();
  return eachOf(pairs, bounds.concurrency, async ({ probe, service }) => {
    if (service === services[0]) {
      progress(`${probes.indexOf(probe) + 1} of ${probes.length}: ${probe.name}, at every service`);
    }
    const before = silences.get(service) ?? 0;
    if (before >= MOST_SILENCES) return undefined;
    const answer = await answerOf(service, probe.token, bounds.timeoutMs);
    if ('silence' in answer) silences.set(service, before + 1);
    return answer;
  });
}
