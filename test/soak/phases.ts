import { setTimeout } from 'node:timers/promises';
import type { callersOf } from './callers.js';
import type { Load } from './load.js';
import { KEYS, NOTICED_MS, RECOVERED_MS } from './settings.js';
import type { Tally } from './tally.js';
import { TROUBLES, type Trouble, type Upstream } from './upstream.js';

/** Long enough for keys to be older than `cacheMaxAgeMs`, and short enough for them not to be too old. */
const SHORT_OUTAGE_MS = KEYS.cacheMaxAgeMs + 100;
/** Of each trouble in a long outage, so that the last two find a service without usable keys. */
const TROUBLE_MS = 2200;
const STAMPEDE = 1000;
const FLOOD_PER_SECOND = 1000;

/** What a phase has at its disposal. */
export interface Stage {
  readonly upstream: Upstream;
  readonly load: Load;
  readonly tally: Tally;
  readonly callers: ReturnType<typeof callersOf>;
  readonly floodMs: number;
}

/** A part of a bad day. */
export interface Phase {
  readonly name: string;
  readonly run: (stage: Stage) => Promise<void> | void;
  /** How often the metadata may be asked for, given how often keys may be fetched; by default, not at all. */
  readonly metadata?: (fetches: number) => number;
}

export const PHASES: readonly Phase[] = [
  {
    name: '1,000 first requests',
    run: ({ load, callers }) => {
      for (let count = 0; count < STAMPEDE; count++) load.send(callers.good);
    },
    metadata: (fetches) => fetches,
  },
  {
    name: 'ordinary traffic',
    run: async (stage) => {
      ordinaryTraffic(stage);
      await setTimeout(6000);
    },
  },
  {
    name: 'rotations',
    run: async (stage) => {
      ordinaryTraffic(stage);
      await rotations(stage);
    },
  },
  {
    name: 'flood, with rotations and an outage',
    run: async (stage) => {
      const enough = setTimeout(stage.floodMs);
      const { load, callers } = stage;
      ordinaryTraffic(stage);
      for (const made of [callers.madeUpKid, callers.plausibleKid, callers.madeUpIssuer]) {
        load.start(made, FLOOD_PER_SECOND / 3);
      }
      await setTimeout(KEYS.cooldownMs);
      await rotations(stage);
      await outage(stage, 'status 500');
      await enough;
    },
  },
  {
    name: 'short outages',
    run: async (stage) => {
      ordinaryTraffic(stage);
      for (const trouble of Object.keys(TROUBLES) as Trouble[]) {
        await outage(stage, trouble);
      }
    },
  },
  {
    name: 'a long outage',
    run: async (stage) => {
      const { upstream, load, callers } = stage;
      ordinaryTraffic(stage);
      load.start(callers.madeUpIssuer, 5);
      for (const trouble of Object.keys(TROUBLES) as Trouble[]) {
        await upstream.fail(trouble);
        await setTimeout(TROUBLE_MS);
      }
      await recovery(stage);
    },
    // Without usable keys, each attempt starts with the metadata, which may be at two places.
    metadata: (fetches) => 2 * fetches,
  },
  {
    name: 'ordinary traffic again',
    run: async (stage) => {
      ordinaryTraffic(stage);
      await setTimeout(5000);
    },
  },
];

function ordinaryTraffic({ load, callers }: Stage): void {
  load.start(callers.good, 100);
  load.start(callers.otherAudience, 20);
  for (const wrong of [callers.expired, callers.noToken, callers.noJwt]) load.start(wrong, 5);
}

/** All that an authorization server can do to its keys. */
async function rotations({ upstream: { keyring }, load, callers }: Stage): Promise<void> {
  const use = keyring.announce();
  await setTimeout(NOTICED_MS);
  use();
  await setTimeout(500);

  keyring.spring();
  await setTimeout(KEYS.cooldownMs + 500);

  keyring.withdraw();
  const stop = load.start(callers.withdrawn, 20);
  await setTimeout(NOTICED_MS + 500);

  keyring.replace();
  await setTimeout(KEYS.cooldownMs + 1000);
  stop();
}

async function outage(stage: Stage, trouble: Trouble): Promise<void> {
  await stage.upstream.fail(trouble);
  await setTimeout(SHORT_OUTAGE_MS);
  await recovery(stage);
}

async function recovery({ upstream, tally }: Stage): Promise<void> {
  await upstream.recover();
  await setTimeout(RECOVERED_MS);
  if (!upstream.isHealed) tally.object('keys were not fetched after an outage');
}
