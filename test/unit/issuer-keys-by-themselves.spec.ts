import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { AudienceAuthHealth } from '../../lib/keys/audience-auth-health.js';
import { COOLDOWN, MAX_AGE, pass, SECOND, STALE_WINDOW } from '../support/clock.js';
import {
  bad,
  good,
  hang,
  ISSUER,
  JWKS_URI,
  METADATA,
  publishing,
  stopTheTimers,
  WatchedKeys,
  WHY,
} from './watched-keys.js';

stopTheTimers();

/** The earliest moment for every timer. */
beforeEach(() => {
  const random = vi.spyOn(Math, 'random').mockReturnValue(0);
  onTestFinished(() => random.mockRestore());
});

describe('the keys of an issuer are fetched without any request', () => {
  it('when they are warmed up, and from then on at half of their greatest age', async () => {
    const service = new WatchedKeys();
    service.keys.warmUp();
    expect(service.fetches).toBe(1);
    await service.wait(0);
    for (const fetches of [1, 2, 3]) {
      expect(vi.getTimerCount()).toBe(1);
      await service.wait(MAX_AGE / 2 - 1);
      expect(service.fetches).toBe(fetches);
      await service.wait(1);
      expect(service.fetches).toBe(fetches + 1);
    }
  });

  it('RFC 9111 §5.2.2.1: sooner, where the issuer says so', async () => {
    const service = new WatchedKeys();
    service.answering = async (signal) => {
      const { body } = await good(signal);
      return new Response(body, { headers: { 'cache-control': 'max-age=60' } });
    };
    service.keys.warmUp();
    await service.wait(0);
    await service.wait(30 * SECOND - 1);
    expect(service.fetches).toBe(1);
    await service.wait(1);
    expect(service.fetches).toBe(2);
  });

  it('after failures at growing distances, which begin anew after a success', async () => {
    const service = new WatchedKeys();
    service.answering = bad;
    service.keys.warmUp();
    await service.wait(0);
    for (const [index, factor] of [1, 2, 4, 8, 8].entries()) {
      expect(vi.getTimerCount()).toBe(1);
      await service.wait(factor * COOLDOWN - 1);
      expect(service.fetches).toBe(index + 1);
      await service.wait(1);
    }
    service.answering = good;
    await service.wait(8 * COOLDOWN);
    expect(service.fetches).toBe(7);
    service.answering = bad;
    await service.wait(MAX_AGE / 2);
    await service.wait(COOLDOWN);
    expect(service.fetches).toBe(9);
  });

  it('from where they were last, unless there is nothing that could be used meanwhile', async () => {
    const service = new WatchedKeys({}, {});
    const asked = () => service.asked.splice(0);
    await service.ask();
    expect(asked()).toEqual([METADATA, JWKS_URI]);
    service.answering = bad;
    for (const age of [MAX_AGE, COOLDOWN]) {
      pass(age);
      await service.ask();
      await service.wait(0);
      expect(asked()).toEqual([JWKS_URI]);
    }
    pass(STALE_WINDOW);
    await service.ask();
    expect(asked()).toEqual([JWKS_URI]);
    pass(COOLDOWN);
    await service.ask();
    expect(asked()).toEqual([METADATA]);
  });

  it('with a word on why none can be used', async () => {
    const service = new WatchedKeys();
    service.answering = publishing({ kty: 'oct', k: 'c2VjcmV0', kid: 'shared' });
    await service.ask();
    expect(service.log).toEqual([
      expect.stringMatching(/^warn The JWK set of .* key "shared" is not used: /),
      expect.stringMatching(/^error The signing keys of .* cannot be fetched/),
    ]);
  });

  it('at one time only, however many requests cause a fetch', async () => {
    const service = new WatchedKeys();
    for (let count = 0; count < 3; count++) {
      pass(MAX_AGE);
      await service.ask();
      expect(vi.getTimerCount()).toBe(1);
    }
  });

  it('no more once they are closed', async () => {
    const idle = new WatchedKeys();
    await idle.ask();
    idle.keys.close();
    expect(vi.getTimerCount()).toBe(0);

    const busy = new WatchedKeys();
    const begun = new Promise<AbortSignal>((resolve) => {
      busy.answering = (signal) => {
        resolve(signal);
        return hang(signal);
      };
    });
    const asked = busy.ask();
    const { aborted } = await begun;
    expect(aborted).toBe(false);
    busy.keys.close();
    expect((await begun).aborted).toBe(true);
    expect(await asked).toContain('SigningKeysUnavailable');
    expect(vi.getTimerCount()).toBe(0);
    expect(busy.log).toEqual([]);
  });
});

describe('the state of the keys of an issuer', () => {
  const issuer = ISSUER;
  /** The state now, and the health, which is as bad. */
  const stateOf = ({ keys }: WatchedKeys): unknown => {
    const state = keys.state();
    expect(new AudienceAuthHealth([keys]).check()).toEqual({
      status: state.state,
      issuers: [state],
    });
    return state;
  };

  it('is unavailable from the start, until they are fetched', async () => {
    const since = new Date();
    const service = new WatchedKeys();
    const state = { issuer, state: 'unavailable', since, keyCount: 0 };
    expect(stateOf(service)).toEqual(state);
    service.answering = bad;
    pass(SECOND);
    await service.ask();
    expect(stateOf(service)).toEqual({ ...state, lastError: WHY });
    service.answering = good;
    pass(COOLDOWN);
    await service.ask();
    const well = { issuer, state: 'ok', since: new Date(), keyCount: 1 };
    expect(stateOf(service)).toEqual(well);
    // A refresh changes nothing.
    pass(MAX_AGE);
    await service.ask();
    expect(stateOf(service)).toEqual(well);
  });

  it('is stale since the first failure, and unavailable since they became too old', async () => {
    const service = new WatchedKeys();
    await service.ask();
    const fetchedAt = Date.now();
    service.answering = bad;
    pass(MAX_AGE);
    const since = new Date();
    for (let count = 0; count < 3; count++) {
      await service.ask();
      await service.wait(0);
      expect(stateOf(service)).toEqual({
        issuer,
        state: 'stale',
        since,
        keyCount: 1,
        lastError: WHY,
      });
      pass(COOLDOWN);
    }
    vi.setSystemTime(fetchedAt + MAX_AGE + STALE_WINDOW);
    const end = new Date();
    pass(SECOND);
    const state = { issuer, state: 'unavailable', since: end, keyCount: 1, lastError: WHY };
    expect(stateOf(service)).toEqual(state);
    service.answering = good;
    await service.ask();
    expect(stateOf(service)).toEqual({ issuer, state: 'ok', since: new Date(), keyCount: 1 });
  });

  it('is, for all issuers, that of the one that fares worst', async () => {
    const [one, other] = [new WatchedKeys(), new WatchedKeys()];
    const health = new AudienceAuthHealth([one.keys, other.keys]);
    const status = async () => {
      await Promise.all([one.ask(), other.ask()]);
      return health.check().status;
    };
    expect(health.check().status).toBe('unavailable');
    expect(await status()).toBe('ok');
    other.answering = bad;
    pass(MAX_AGE);
    expect(await status()).toBe('stale');
    pass(STALE_WINDOW);
    expect(await status()).toBe('unavailable');
    one.answering = bad;
    other.answering = good;
    pass(MAX_AGE);
    expect(await status()).toBe('stale');
  });

  it('is counted from the beginning of the fetch that began last', async () => {
    const service = new WatchedKeys();
    const fetchedAt = Date.now();
    service.answering = (signal) => {
      pass(SECOND);
      return good(signal);
    };
    await service.ask();
    expect(stateOf(service)).toMatchObject({ since: new Date(fetchedAt + SECOND) });
    pass(2 * MAX_AGE + STALE_WINDOW);
    expect(stateOf(service)).toMatchObject({
      state: 'unavailable',
      since: new Date(fetchedAt + MAX_AGE + STALE_WINDOW),
    });
  });

  it('is told once per change: in the log and on the channel', async () => {
    const told: unknown[] = [];
    const hear = (state: unknown): void => void told.push(state);
    subscribe('nestjs-audience-auth:signing-keys', hear);
    onTestFinished(() => {
      unsubscribe('nestjs-audience-auth:signing-keys', hear);
    });

    const service = new WatchedKeys();
    await service.ask();
    expect([service.log, told]).toEqual([[], []]);
    const expected: unknown[] = [];
    service.answering = bad;
    for (const age of [MAX_AGE, STALE_WINDOW]) {
      pass(age);
      for (let count = 0; count < 2; count++) {
        await service.ask();
        await service.wait(0);
        pass(COOLDOWN);
      }
      expected.push(service.keys.state());
    }
    service.answering = good;
    for (let count = 0; count < 2; count++) {
      await service.ask();
      pass(MAX_AGE);
    }
    expected.push(service.keys.state());
    expect(told).toEqual(expected);
    const failing = `The signing keys of ${ISSUER} cannot be fetched`;
    expect(service.log).toEqual([
      `warn ${failing}, and the last good ones stay in use: ${WHY}`,
      `error ${failing}, and its tokens are answered with 503: ${WHY}`,
      `log The signing keys of ${ISSUER} can be fetched again.`,
    ]);
  });
});
