import { beforeEach, describe, expect, it } from 'vitest';
import { pass, SECOND, stopTheClock } from '../support/clock.js';
import { deployOnce } from '../support/deployment.js';
import { log } from '../support/log.js';
import { ADAPTERS } from '../support/resource-server.js';
import { refusalLines } from './refusal-log.js';

stopTheClock();

beforeEach(() => {
  log.length = 0;
});

describe.each(ADAPTERS)('the log lines of refusals on %s', (adapter) => {
  it('are ten a second at most; how many were left out is logged later', async () => {
    let heard = 0;
    const deployment = await deployOnce(adapter, { onRejection: () => void heard++ });
    const refuse = async (times: number) => {
      for (let count = 0; count < times; count++) await deployment.get('/plain');
    };
    const refused: unknown = expect.stringMatching(/^Refused with 401 token_missing: \{.*\}$/);

    await refuse(13);
    expect(refusalLines()).toEqual(Array.from({ length: 10 }, () => refused));
    expect(heard).toBe(13);

    log.length = 0;
    pass(SECOND);
    await refuse(1);
    expect(refusalLines()).toEqual(['3 more refusals were not logged.', refused]);

    // Said once, and not at all where nothing was left out.
    log.length = 0;
    pass(SECOND);
    await refuse(10);
    pass(SECOND);
    await refuse(1);
    expect(refusalLines()).toEqual(Array.from({ length: 11 }, () => refused));
  });

  it('go on where the clock is set back', async () => {
    const deployment = await deployOnce(adapter);
    for (let count = 0; count < 11; count++) await deployment.get('/plain');
    pass(-60 * SECOND);
    await deployment.get('/plain');
    expect(refusalLines()).toHaveLength(12);
    expect(refusalLines()[10]).toBe('1 more refusals were not logged.');
  });

  it.each([
    ['a line feed', '\n'],
    ['a carriage return', '\r'],
    ['an escape sequence', '\u001b[2J'],
    ['NUL', '\0'],
    ['a quotation mark', '"'],
    ['a delete character', '\u007f'],
    ['a next-line character', '\u0085'],
    ['an escape sequence of one character', '\u009b2J'],
    ['a line separator', '\u2028'],
    ['a paragraph separator', '\u2029'],
    ['a change of writing direction', '\u202e'],
  ])('are not written by a client that is named with %s', async (_name, character) => {
    const deployment = await deployOnce(adapter);
    const clientId = `cli${character}error Refused by nobody`;
    const token = deployment.issue({ client_id: clientId, scope: 'files:list' });
    expect(await deployment.status(token, '/files')).toBe(403);
    const [line = '', ...others] = refusalLines();
    expect(others).toEqual([]);
    expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    // Nothing of the name is lost.
    expect(JSON.parse(line.replace(/^[^{]*/, ''))).toMatchObject({ clientId });
  });
});
