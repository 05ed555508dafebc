import autocannon from 'autocannon';
import { AuthorizationServer } from '../authorization-server.mjs';
import { interleaved } from '../rounds.mjs';
import { number, times } from '../format.mjs';
import { median, ratios } from '../statistics.mjs';
import { APPLICATIONS, NO_AUTH } from './applications.mjs';
import { ServerProcess } from './server-process.mjs';

const CONNECTIONS = 64;
const TOKENS = 512;
/** More than the library remembers by far: when one comes again, it has been forgotten. */
const NEW_TOKENS = 16_384;

export const title = 'Over HTTP';

export async function run({ quick, progress }) {
  const rounds = quick ? 2 : 5;
  const [warmUpSeconds, seconds] = quick ? [2, 1] : [3, 2];
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
        await load(service.url, tokens, warmUpSeconds);
        return await underLoad(service, tokens, seconds);
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

async function underLoad(service, tokens, seconds) {
  const before = await service.cpu();
  const began = performance.now();
  const requests = await load(service.url, tokens, seconds);
  const milliseconds = performance.now() - began;
  const cpu = (await service.cpu()) - before;
  return {
    perSecond: (requests * 1000) / milliseconds,
    cpu: (cpu * 1000) / requests,
    busy: cpu / milliseconds,
  };
}

/** Each connection sends tokens of its own in turn. Answers other than 200 would be quick, and worth nothing. */
async function load(url, tokens, duration) {
  const share = tokens.length / CONNECTIONS;
  let connection = 0;
  const { requests, non2xx, errors } = await autocannon({
    url,
    connections: CONNECTIONS,
    duration,
    setupClient(client) {
      const own = tokens.slice(connection * share, ++connection * share);
      client.setRequests(own.map((token) => ({ headers: { authorization: `Bearer ${token}` } })));
    },
  });
  if (non2xx + errors > 0) {
    throw new Error(`${url}: ${non2xx} answers were not 200, and ${errors} requests failed`);
  }
  return requests.total;
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
