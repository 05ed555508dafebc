import { describe, expect, it } from 'vitest';
import { hang } from '../support/answers.js';
import { COOLDOWN, MAX_AGE, pass, SECOND, STALE_WINDOW, stopTheClock } from '../support/clock.js';
import { expectRejection, expectUnavailable } from '../support/expect-rejection.js';
import { log } from '../support/log.js';
import type { ResourceServer } from '../support/resource-server.js';
import { OTHER_AUDIENCE } from '../support/tokens.js';
import { expectNoCrashes } from './crashes.js';
import { ANSWERED_MS, deadline, ELSEWHERE, MARK, type Consequence, type Fault } from './fault.js';
import { CASES } from './faults.js';
import { expectLetIn, Laboratory } from './laboratory.js';
import { stopwatch } from './stopwatch.js';

stopTheClock();
expectNoCrashes();

function expectOk({ status }: Response): void {
  expect(status).toBe(200);
}

/** What an answer has to be, to the last byte where it is none of a handler. */
const EXPECT = {
  200: expectOk,
  503: (response) => expectUnavailable(response, `${COOLDOWN / SECOND}`),
  audience_mismatch: (response) => expectRejection(response, 'audience_mismatch'),
  key_unknown: (response) => expectRejection(response, 'key_unknown'),
} as const satisfies Record<string, (response: Response) => unknown>;

/** The service answers this token in this way, and in time. */
async function expectAnswer(
  service: ResourceServer,
  token: string,
  expected: keyof typeof EXPECT,
): Promise<void> {
  const [elapsed, response] = await stopwatch(() => service.request('/plain', { token }));
  expect(elapsed).toBeLessThan(ANSWERED_MS);
  await EXPECT[expected](response);
}

/** One line of the cold service if there is anything to say; no line is long, or holds a word of the answer. */
function expectLog({ logged }: Consequence): void {
  const errors = log.filter((line) => line.startsWith('error'));
  expect(errors).toHaveLength(logged ? 1 : 0);
  expect(errors.join()).toMatch(logged ?? /^$/);
  for (const line of log) expect(line.length).toBeLessThan(1000);
  expect(log.join()).not.toContain(MARK);
}

it('a fault is no row of the table without what follows from it', () => {
  // @ts-expect-error: what follows for the metadata is missing
  const fault: Fault = { spoil: () => hang, keys: deadline };
  expect(fault).not.toHaveProperty('metadata');
});

describe('RFC 8725 §3.10 (JWK-12, JWK-13): an authorization server that answers with', () => {
  it.each(CASES.map((fault) => [fault.fault, fault.document, fault] as const))(
    '%s, for its %s',
    async (_name, _document, fault) => {
      const { cold, warm, newKey } = fault.consequence;
      const laboratory = await Laboratory.open(fault);
      log.length = 0;
      const { server, oldKey } = laboratory;
      const token = () => server.issue();
      const oldToken = () => server.issue({}, {}, oldKey);
      const foreign = () => server.issue({ aud: OTHER_AUDIENCE }, {}, oldKey);

      await laboratory.begin();
      await Promise.all([
        expectAnswer(laboratory.cold, token(), cold),
        expectAnswer(laboratory.cold, foreign(), cold === 200 ? 'audience_mismatch' : 503),
        expectAnswer(laboratory.warm, oldToken(), warm),
        expectAnswer(laboratory.warm, token(), newKey),
        expectAnswer(laboratory.warm, foreign(), 'audience_mismatch'),
      ]);
      expectLog(fault.consequence);

      // Keys that are too old are no keys.
      pass(MAX_AGE + STALE_WINDOW);
      const both = [laboratory.warm, laboratory.cold];
      await Promise.all(both.map((service) => expectAnswer(service, oldToken(), cold)));
      expect(server.requests(ELSEWHERE)).toBe(0);

      // The services find back by themselves.
      laboratory.end();
      pass(cold === 503 ? COOLDOWN : MAX_AGE);
      for (const service of both) {
        await expectLetIn(service, token);
        await expectAnswer(service, oldToken(), 'key_unknown');
      }
    },
  );
});
