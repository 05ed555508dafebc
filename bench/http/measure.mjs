import { setTimeout as sleep } from 'node:timers/promises';
import { AuthorizationServer } from '../authorization-server.mjs';
import { interleaved } from '../rounds.mjs';
import { number, times } from '../format.mjs';
import { median, ratios } from '../statistics.mjs';
import { APPLICATIONS, NO_AUTH } from './applications.mjs';
import { Load } from './load.mjs';
import { ServerProcess } from './server-process.mjs';

const CONNECTIONS = 64;
const TOKENS = 512;
/** More than the library remembers by far: when one comes again, it has been forgotten. */
const NEW_TOKENS = 16_384;

export const title = 'Over HTTP';

export async function run({ quick, progress }) {
  const rounds = quick ? 2 : 5;
  const [warmUpMs, ms] = quick ? [2000, 1000] : [3000, 2000];
  const server = await AuthorizationServer.start('RS256');
  progress(`signing ${NEW_TOKENS} tokens`);
  const fewTokens = await server.signer.tokens(TOKENS);
  const manyTokens = await server.signer.tokens(NEW_TOKENS);
  const samples = await interleaved(
    APPLICATIONS.map((application) => ({ ...application, name: nameOf(application), application })),
    rounds,
    async ({ name, application }, round) => {
      progress(`HTTP, round ${round + 1} of ${rounds}: ${name}`);
      const tokens = application.everyTokenNew ? manyTokens : fewTokens;
      const service = await ServerProcess.start(application, server.issuer);
      try {
        return await underLoad(service, tokens, warmUpMs, ms);
      } finally {
        await service.stop();
      }
    },
  );
  server.stop();
  return { rounds, connections: CONNECTIONS, tokens: TOKENS, results: compared(samples) };
}

function nameOf({ group, name }) {
  return `${group}: ${name}`;
}

/** In one go: a token that came while the server warmed up comes again no sooner than all others have. */
async function underLoad(service, tokens, warmUpMs, ms) {
  const load = Load.start(service.url, tokens, CONNECTIONS);
  await sleep(warmUpMs);
  const before = await service.usage();
  await sleep(ms);
  const after = await service.usage();
  await load.stop();
  const [requests, cpu, milliseconds] = ['requests', 'cpu', 'at'].map(
    (name) => after[name] - before[name],
  );
  return {
    perSecond: (requests * 1000) / milliseconds,
    cpu: (cpu * 1000) / requests,
    busy: cpu / milliseconds,
  };
}

/** Each application beside the one of its kind that lets everybody in. */
function compared(samples) {
  const results = {};
  for (const { group, name } of APPLICATIONS) {
    const own = samples[nameOf({ group, name })];
    const open = samples[nameOf({ group, name: NO_AUTH })];
    const values = (rounds, meter) => rounds.map((each) => each[meter]);
    results[group] ??= {};
    results[group][name] = {
      perSecond: median(values(own, 'perSecond')),
      cpu: median(values(own, 'cpu')),
      busy: median(values(own, 'busy')),
      authCpu: median(own.map(({ cpu }, round) => cpu - open[round].cpu)),
      ofNoAuth: {
        perSecond: ratios(values(own, 'perSecond'), values(open, 'perSecond')),
        cpu: ratios(values(open, 'cpu'), values(own, 'cpu')),
      },
    };
  }
  return results;
}

export function tables({ rounds, connections, tokens, results }) {
  return Object.entries(results).map(([group, rows]) => ({
    caption: `${group}: ${connections} connections, ${tokens} tokens in turn; medians of ${rounds} rounds, in brackets the quartiles`,
    head: [
      'application',
      'requests/s',
      'of no auth',
      'CPU per request, µs',
      'by CPU, of no auth',
      'for auth, µs',
      'processor busy',
    ],
    rows: Object.entries(rows).map(([name, { perSecond, cpu, busy, authCpu, ofNoAuth }]) => [
      name,
      number(perSecond),
      times(ofNoAuth.perSecond),
      number(cpu),
      times(ofNoAuth.cpu),
      number(authCpu),
      `${Math.round(busy * 100)} %`,
    ]),
  }));
}
