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
  // First each service with its own tokens, so that it has the keys by which it can know others.
  const ownFirst = [...all.filter(isOwn), ...all.filter((attempt) => !isOwn(attempt))];
  const silences = new Map<Service, number>();
  let step = '';
  return eachOf(ownFirst, bounds.concurrency, async ({ probe, service }) => {
    const next = stepOf({ probe, service });
    if (next !== step) progress(next);
    step = next;
    const before = silences.get(service) ?? 0;
    if (before >= MOST_SILENCES) return { probe, service };
    const answer = await answerOf(service, tokenFor(probe, service), bounds.timeoutMs);
    if ('silence' in answer) silences.set(service, before + 1);
    return { probe, service, answer };
  });
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
