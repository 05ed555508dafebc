import { Controller, Get, Module } from '@nestjs/common';
import {
  HealthCheck,
  HealthCheckService,
  HealthIndicatorService,
  TerminusModule,
} from '@nestjs/terminus';
import { AudienceAuthHealth, Public } from 'nestjs-audience-auth';

/** Up while tokens can be verified, be it with the last good keys. */
@Controller('health')
@Public()
class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly indicator: HealthIndicatorService,
    private readonly signingKeys: AudienceAuthHealth,
  ) {}

  @Get()
  @HealthCheck()
  check() {
    return this.health.check([() => this.checkSigningKeys()]);
  }

  private checkSigningKeys() {
    const { status, issuers } = this.signingKeys.check();
    const indicator = this.indicator.check('signing-keys');
    return status === 'unavailable' ? indicator.down({ issuers }) : indicator.up({ issuers });
  }
}

@Module({ imports: [TerminusModule.forRoot({ logger: false })], controllers: [HealthController] })
export class HealthModule {}
