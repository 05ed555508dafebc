import { describe, expect, it } from 'vitest';
import type { Answer } from '../support/answers.js';
import { AuthorizationServer, JWKS } from '../support/authorization-server.js';
import { COOLDOWN, pass, stopTheClock } from '../support/clock.js';
import { deployOnce } from '../support/deployment.js';
import { expectUnavailable } from '../support/expect-rejection.js';
import { expectNoCrashes } from './crashes.js';
import { bombs, endless, endlessHeaders } from './spoilt-answers.js';

stopTheClock();
expectNoCrashes();

/** Half a megabyte is read at most. What is on its way beside it is up to the buffers of the system. */
const MOST_BYTES = 16_000_000;
const MOST_MEMORY = 100_000_000;
const ROUNDS = 2;

/** Counts what is sent of an answer until nobody takes any more. */
class Meter {
  private readonly closed: Promise<number>[] = [];

  constructor(private readonly spoilt: Answer) {}

  readonly answer: Answer = (request, response) => {
    const { socket } = request;
    const before = socket.bytesWritten;
    this.closed.push(
      new Promise((resolve) => response.once('close', () => resolve(socket.bytesWritten - before))),
    );
    return this.spoilt(request, response);
  };

  /** How much that was each time; waits until the last is over. */
  counts(): Promise<number[]> {
    return Promise.all(this.closed);
  }
}

/** The most memory that is in use at any time until this is done, beyond what was before. */
async function memoryFor(work: () => Promise<void>): Promise<number> {
  const inUse = () => process.memoryUsage.rss();
  const before = inUse();
  let most = before;
  const watching = setInterval(() => (most = Math.max(most, inUse())), 2);
  await work().finally(() => clearInterval(watching));
  return Math.max(most, inUse()) - before;
}

const ENDLESS: readonly (readonly [string, Answer])[] = [
  ['a body without end', endless()],
  ['a hundred gigabytes, announced', endless({ 'content-length': '100000000000' })],
  ['headers without end', endlessHeaders],
  ['a gigabyte in a gzip file', bombs.gzip],
  ['a gigabyte in a gzip file in a gzip file', bombs['gzip in gzip']],
];
const PLACES: readonly (readonly [string, (server: AuthorizationServer) => string])[] = [
  ['keys', () => JWKS],
  ['metadata', ({ metadataPath }) => metadataPath],
];

describe.each(PLACES)('the memory of a service, where its %s are', (_document, place) => {
  it.each(ENDLESS)('%s, does not grow with it', async (_name, answer) => {
    const meter = new Meter(answer);
    // The deadline is not what bounds it: until then, gigabytes would have come.
    const deployment = await deployOnce('express', {}, {}, (server) =>
      server.fail(place(server), meter.answer),
    );
    const grown = await memoryFor(async () => {
      for (let round = 0; round < ROUNDS; round++) {
        await expectUnavailable(await deployment.get('/plain', deployment.issue()));
        pass(COOLDOWN);
      }
    });
    expect(grown).toBeLessThan(MOST_MEMORY);
    const counts = await meter.counts();
    expect(counts).toHaveLength(ROUNDS);
    for (const bytes of counts) expect(bytes).toBeLessThan(MOST_BYTES);
  });
});
