import { Controller, Get } from '@nestjs/common';
import { Public } from 'nestjs-audience-auth';

@Controller('health')
@Public()
export class HealthController {
  @Get()
  health(): { status: string } {
    return { status: 'up' };
  }
}
