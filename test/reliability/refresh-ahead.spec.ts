import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { body, status } from '../support/answers.js';
import { AuthorizationServer, JWKS } from '../support/authorization-server.js';
import { COOLDOWN, MAX_AGE, MINUTE, SECOND } from '../support/clock.js';
import { deployWarm, type Deployment } from '../support/deployment.js';
import { AUDIENCE } from '../support/tokens.js';
import { TRUSTED_ISSUERS, type TrustedIssuers } from '../../lib/audience-auth.providers.js';
import type { IssuerKeys } from '../../lib/keys/issuer-keys.js';

/** Stops the library's clock and its timers, too; connections have clocks of their own. */
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A deployment that has its keys, and whose fetches can be awaited. */
class Watched {
  private constructor(
    readonly deployment: Deployment,
    private readonly keys: IssuerKeys,
  ) {}

  static async deploy(): Promise<Watched> {
    const deployment = await deployWarm('express');
    const [issuer] = deployment.service.app.get<TrustedIssuers>(TRUSTED_ISSUERS).values();
    if (!issuer) throw new Error('no issuer');
    return new Watched(deployment, issuer.keys);
  }

  /** How often keys were asked for. */
  get fetches(): number {
    return this.deployment.authorizationServer.requests(JWKS);
  }

  /** Moves the clock by single seconds, and tells after how many of them keys were fetched. */
  async secondsOfFetches(seconds: number): Promise<number[]> {
    const found: number[] = [];
    for (let second = 1; second <= seconds; second++) {
      const before = this.fetches;
      vi.advanceTimersByTime(SECOND);
      await this.keys['fetching'];
      if (this.fetches > before) found.push(second);
    }
    return found;
  }
}

const gaps = (seconds: readonly number[]): number[] =>
  seconds.map((second, index) => second - (seconds[index - 1] ?? 0));

describe('keys are fetched ahead of their age', () => {
  it('so that no request waits for them', async () => {
    const service = await Watched.deploy();
    const { deployment } = service;
    const before = service.fetches;
    for (let minute = 0; minute < 100; minute++) {
      await service.secondsOfFetches(60);
      const ahead = service.fetches;
      expect(await deployment.status(deployment.issue())).toBe(200);
      expect(service.fetches).toBe(ahead);
    }
    const refreshes = service.fetches - before;
    expect(refreshes).toBeGreaterThanOrEqual(13);
    expect(refreshes).toBeLessThanOrEqual(20);
  });

  it('at times that differ, between a half and three quarters of it', async () => {
    const service = await Watched.deploy();
    const times = gaps(await service.secondsOfFetches((8 * MAX_AGE) / SECOND));
    for (const seconds of times) {
      expect(seconds).toBeGreaterThanOrEqual(300);
      expect(seconds).toBeLessThanOrEqual(451);
    }
    expect(new Set(times).size).toBeGreaterThan(1);
  });

  it.each([
    ['max-age=60', 30, 46],
    ['public, max-age=120, must-revalidate', 60, 91],
    ['Max-Age="60"', 30, 46],
    ['max-age=0', COOLDOWN / SECOND, COOLDOWN / SECOND + 1],
    // Longer than what the service was told, or nothing that could be read.
    ['max-age=86400', 300, 451],
    ['s-maxage=60', 300, 451],
    ['max-age=soon', 300, 451],
    ['no-store', 300, 451],
  ])('RFC 9111 §5.2.2.1: sooner where the key server says so: %s', async (header, least, most) => {
    const service = await Watched.deploy();
    const { authorizationServer: server } = service.deployment;
    server.fail(JWKS, body(JSON.stringify({ keys: server.keys }), { 'cache-control': header }));
    // The next fetch is the first that hears of it.
    const seconds = await service.secondsOfFetches(2 * 460);
    const [, second] = gaps(seconds);
    expect(second).toBeGreaterThanOrEqual(least);
    expect(second).toBeLessThanOrEqual(most);
  });

  it('and, while the server is in trouble, again and again, at growing distances', async () => {
    const service = await Watched.deploy();
    const { authorizationServer: server } = service.deployment;
    server.fail(JWKS, status(500));
    const [first = 0, ...later] = await service.secondsOfFetches((15 * MINUTE) / SECOND);
    const bounds = [
      [5, 8],
      [10, 16],
      [20, 31],
      [40, 61],
      [40, 61],
    ] as const;
    for (const [index, [least, most]] of bounds.entries()) {
      const gap = (later[index] ?? Infinity) - (later[index - 1] ?? first);
      expect(gap).toBeGreaterThanOrEqual(least);
      expect(gap).toBeLessThanOrEqual(most);
    }
    server.recover();
    const [recovery = 0] = await service.secondsOfFetches(61);
    expect(recovery).toBeGreaterThan(0);
    // Without any request: the next refresh is as far off as ever.
    expect(await service.secondsOfFetches(300 - 61)).toEqual([]);
  });
});

describe('an application that is closed', () => {
  it('fetches nothing any more', async () => {
    const service = await Watched.deploy();
    const before = service.fetches;
    await service.deployment.service.stop();
    await service.secondsOfFetches((2 * MAX_AGE) / SECOND);
    expect(service.fetches).toBe(before);
  });

  it('gives up a fetch on its way', async () => {
    const service = await Watched.deploy();
    const before = service.fetches;
    const asked = new Promise<{ gone: Promise<unknown> }>((resolve) => {
      service.deployment.authorizationServer.fail(JWKS, ({ socket }) =>
        resolve({ gone: new Promise((gone) => void socket.once('close', gone)) }),
      );
    });
    vi.advanceTimersByTime(MAX_AGE);
    const { gone } = await asked;
    await service.deployment.service.stop();
    await gone;
    await service.secondsOfFetches((2 * MAX_AGE) / SECOND);
    expect(service.fetches).toBe(before + 1);
  });
});

it('keys that wait to be refreshed keep no process alive', async () => {
  vi.useRealTimers();
  const server = await AuthorizationServer.start();
  const program = `
    import 'reflect-metadata';
    import { NestFactory } from '@nestjs/core';
    import { AudienceAuthModule, AudienceAuthHealth } from 'nestjs-audience-auth';
    const { issuer, audience } = ${JSON.stringify({ issuer: server.issuer, audience: AUDIENCE })};
    const module = AudienceAuthModule.forRoot({ issuer, audience });
    const app = await NestFactory.createApplicationContext(module, { logger: false });
    while (app.get(AudienceAuthHealth).check().status !== 'ok') await new Promise((turn) => setTimeout(turn, 5));
    console.log('ok');
  `;
  try {
    const run = promisify(execFile)(process.execPath, ['--input-type=module', '-e', program]);
    expect((await run).stdout).toBe('ok\n');
  } finally {
    await server.stop();
  }
});
