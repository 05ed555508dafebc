import { Controller, Get, ServiceUnavailableException } from '@nestjs/common';
import { AudienceAuthHealth, Public } from 'nestjs-audience-auth';

@Controller('ready')
@Public()
export class ReadinessController {
  constructor(private readonly signingKeys: AudienceAuthHealth) {}

  @Get()
  check() {
    const health = this.signingKeys.check();
    if (health.status === 'unavailable') throw new ServiceUnavailableException(health);
    return health;
  }
}
