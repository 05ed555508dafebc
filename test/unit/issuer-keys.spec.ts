import { describe, expect, it } from 'vitest';
import { COOLDOWN, MAX_AGE, pass, SECOND, STALE_WINDOW } from '../support/clock.js';
import { signingKey } from '../support/signing-key.js';
import {
  bad,
  good,
  hang,
  publishing,
  stopTheTimers,
  unavailable,
  WatchedKeys,
  WHY,
} from './watched-keys.js';

stopTheTimers();

describe('the keys of an issuer, for a request', () => {
  it('are fetched once, by the first', async () => {
    const service = new WatchedKeys();
    expect(service.fetches).toBe(0);
    expect(await Promise.all([service.ask(), service.ask(), service.ask()])).toEqual([1, 1, 1]);
    expect(await service.ask()).toBe(1);
    expect(service.fetches).toBe(1);
    // At hand: nobody waits for a turn of the event loop.
    expect(service.keys.current()).toHaveProperty('size', 1);
  });

  it('are as good as new until their greatest age', async () => {
    const service = new WatchedKeys();
    await service.ask();
    pass(MAX_AGE - 1);
    await service.ask();
    expect(service.fetches).toBe(1);
    pass(1);
    expect(service.keys.current()).toBeInstanceOf(Promise);
    await service.ask();
    expect(service.fetches).toBe(2);
  });

  it('are fetched anew at their greatest age, even if that is less than a cooldown', async () => {
    const service = new WatchedKeys({ cacheMaxAgeMs: SECOND });
    await service.ask();
    pass(SECOND);
    expect(await service.ask()).toBe(1);
    expect(service.fetches).toBe(2);
  });

  it('that are too old when they arrive are not used', async () => {
    const service = new WatchedKeys({ cacheMaxAgeMs: SECOND, staleMaxAgeMs: SECOND });
    service.answering = (signal) => {
      pass(2 * SECOND);
      return good(signal);
    };
    expect(await service.ask()).toEqual(unavailable(3, undefined));
    service.answering = (signal) => {
      pass(2 * SECOND - 1);
      return good(signal);
    };
    expect(await service.ask()).toBe(1);
  });

  it('are asked for once per cooldown while there are none', async () => {
    const service = new WatchedKeys();
    service.answering = bad;
    expect(await service.ask()).toEqual(unavailable(5, WHY));
    expect(await service.ask()).toEqual(unavailable(5, WHY));
    pass(COOLDOWN - 1);
    expect(await service.ask()).toEqual(unavailable(1, WHY));
    expect(service.fetches).toBe(1);
    pass(1);
    expect(await service.ask()).toEqual(unavailable(5, WHY));
    expect(service.fetches).toBe(2);
  });

  it('are asked for at once where the clock was set back', async () => {
    const service = new WatchedKeys();
    service.answering = bad;
    await service.ask();
    pass(-1);
    service.answering = good;
    expect(await service.ask()).toBe(1);
    pass(-1);
    await service.ask();
    expect(service.fetches).toBe(3);
  });

  it('stay in use while the server is in trouble, and no longer than the stale window', async () => {
    const service = new WatchedKeys();
    await service.ask();
    service.answering = bad;
    pass(MAX_AGE);
    expect(await service.ask()).toBe(1);
    // Whoever comes now does not wait for the server.
    pass(COOLDOWN);
    service.answering = hang;
    expect(service.keys.current()).toHaveProperty('size', 1);
    expect(service.fetches).toBe(3);
    pass(STALE_WINDOW - COOLDOWN - 1);
    expect(await service.ask()).toBe(1);
  });

  it('are refused after the stale window', async () => {
    const service = new WatchedKeys();
    await service.ask();
    service.answering = bad;
    pass(MAX_AGE + STALE_WINDOW - 1);
    expect(await service.ask()).toBe(1);
    pass(1);
    expect(await service.ask()).toEqual(unavailable(5, WHY));
    service.answering = good;
    pass(COOLDOWN);
    expect(await service.ask()).toBe(1);
  });
});

describe('the keys of an issuer, at hand', () => {
  it('are those that nobody has to wait for', async () => {
    const service = new WatchedKeys();
    const atHand = () => service.keys.atHand()?.size;
    expect(atHand()).toBeUndefined();
    await service.ask();
    pass(MAX_AGE - 1);
    expect(atHand()).toBe(1);
    pass(1);
    expect(atHand()).toBeUndefined();
    service.answering = bad;
    await service.ask();
    expect(atHand()).toBe(1);
    pass(STALE_WINDOW - 1);
    expect(atHand()).toBe(1);
    pass(1);
    expect(atHand()).toBeUndefined();
    expect(service.fetches).toBe(2);
  });

  it('live on where they are published as before', async () => {
    const service = new WatchedKeys();
    const key = async () => (await service.keys.current()).named(undefined)[0];
    const first = await key();
    pass(MAX_AGE);
    expect(await key()).toBe(first);
    expect(service.fetches).toBe(2);
  });
});

describe('the keys of an issuer, renewed', () => {
  it('are fetched once per cooldown', async () => {
    const service = new WatchedKeys();
    await service.ask();
    expect(service.renew()).toBeUndefined();
    pass(COOLDOWN - 1);
    expect(service.renew()).toBeUndefined();
    pass(1);
    expect(await Promise.all([service.renew(), service.renew()])).toEqual([1, 1]);
    expect(service.renew()).toBeUndefined();
    expect(service.fetches).toBe(2);
  });

  it('are not those of a fetch that began more than a cooldown ago', async () => {
    const service = new WatchedKeys();
    await service.ask();
    pass(COOLDOWN);
    const answer = service.holdBack();
    const early = service.renew();
    pass(COOLDOWN - 1);
    const joined = service.renew();
    pass(1);
    const late = Promise.all([service.renew(), service.renew()]);
    service.answering = publishing(...['one', 'two'].map((kid) => signingKey('ES256', kid).jwk));
    answer(good);
    expect(await Promise.all([early, joined])).toEqual([1, 1]);
    expect(await late).toEqual([2, 2]);
    expect(service.fetches).toBe(3);
  });

  it('are not asked for again after such a fetch has failed', async () => {
    const service = new WatchedKeys();
    await service.ask();
    pass(COOLDOWN);
    const answer = service.holdBack();
    const early = service.renew();
    pass(COOLDOWN);
    const late = service.renew();
    answer(bad);
    expect(await Promise.all([early, late])).toEqual([unavailable(1, WHY), unavailable(1, WHY)]);
    expect(service.fetches).toBe(2);
  });

  it('are unknown while the last fetch failed', async () => {
    const service = new WatchedKeys();
    await service.ask();
    service.answering = bad;
    pass(COOLDOWN);
    expect(await service.renew()).toEqual(unavailable(5, WHY));
    pass(SECOND);
    expect(await service.renew()).toEqual(unavailable(4, WHY));
    expect(service.fetches).toBe(2);
    expect(await service.ask()).toBe(1);
  });

  it('cannot be too old when they arrive', async () => {
    const service = new WatchedKeys({ cacheMaxAgeMs: SECOND, staleMaxAgeMs: SECOND });
    service.answering = (signal) => {
      pass(2 * SECOND);
      return good(signal);
    };
    expect(await service.renew()).toEqual(unavailable(3, undefined));
  });
});
