import { answerOf } from './answer.js';
import { eachOf, type Conditions } from './bounds.js';
import type { Service } from './fleet.js';
import type { Attempt } from './judged.js';
import { concerns, tokenFor, type Probe } from './probe.js';

/** A service that has not answered as often as this is not asked any more. */
const MOST_SILENCES = 2;

/** Sends every probe to every service, within the bounds. */
export async function attempted(
  probes: readonly Probe[],
  services: readonly Service[],
  { bounds, progress }: Conditions,
): Promise<Attempt[]> {
  const all = probes.flatMap((probe) =>
    services.filter((service) => concerns(probe, service)).map((service) => ({ probe, service })),
  );
  const silences = new Map<Service, number>();
  let step = '';
  const tried = async ({ probe, service }: Attempt): Promise<Attempt> => {
    const next = stepOf({ probe, service });
    if (next !== step) progress(next);
    step = next;
    const silencesOf = (): number => silences.get(service) ?? 0;
    if (silencesOf() >= MOST_SILENCES) return { probe, service };
    const answer = await answerOf(service, tokenFor(probe, service), bounds.timeoutMs);
    if ('silence' in answer) silences.set(service, silencesOf() + 1);
    return { probe, service, answer };
  };
  // First each service with its own tokens, until it has the keys by which it can know others.
  const own = await eachOf(all.filter(isOwn), bounds.concurrency, tried);
  const others = all.filter((attempt) => !isOwn(attempt));
  return [...own, ...(await eachOf(others, bounds.concurrency, tried))];
}

function isOwn({ probe, service }: Attempt): boolean {
  return probe.kind === 'control' || (probe.kind === 'own' && probe.of === service);
}

function stepOf(attempt: Attempt): string {
  if (isOwn(attempt)) return 'every service, with its own token';
  const { kind, name } = attempt.probe;
  if (kind === 'hostile') return 'the hostile tokens, at every service';
  return `${name}, at every ${kind === 'own' ? 'other service' : 'service'}`;
}
