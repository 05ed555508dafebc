import type { IssuerKeys } from './issuer-keys.js';
import type { KeyState } from './key-state.js';

/** What {@link AudienceAuthHealth} reports. */
interface Health {
  /** The worst of the states of the issuers. */
  readonly status: KeyState['state'];
  readonly issuers: readonly KeyState[];
}

const FROM_WORST = ['unavailable', 'stale', 'ok'] as const;

/**
 * Tells how it stands with the signing keys, for a readiness probe: a service without keys answers 503 to every token.
 *
 * `stale` is ready: tokens are verified with the last good keys. Asks nobody, so a probe may call it as often as it likes;
 * the keys are fetched again by themselves.
 *
 * @example
 * ```ts
 * import { Controller, Get, ServiceUnavailableException } from '@nestjs/common';
 * import { AudienceAuthHealth, Public } from 'nestjs-audience-auth';
 *
 * @Controller('ready')
 * export class ReadinessController {
 *   constructor(private readonly health: AudienceAuthHealth) {}
 *
 *   @Get()
 *   @Public()
 *   check() {
 *     const health = this.health.check();
 *     if (health.status === 'unavailable') throw new ServiceUnavailableException(health);
 *     return health; // { status: 'ok', issuers: [{ issuer, state: 'ok', since, keyCount: 2 }] }
 *   }
 * }
 * ```
 */
export class AudienceAuthHealth {
  /** @internal */
  constructor(private readonly keys: readonly IssuerKeys[]) {}

  /** The state of each issuer's keys at this moment, and the worst of them. */
  check(): Health {
    const issuers = this.keys.map((keys) => keys.state());
    const worst = FROM_WORST.find((state) => issuers.some((issuer) => issuer.state === state));
    return { status: worst ?? 'ok', issuers };
  }
}
