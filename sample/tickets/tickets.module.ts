import { Module } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { AudienceAuthModule } from 'nestjs-audience-auth';
import { HealthController } from './health.controller.js';
import { TicketsMcpController } from './tickets-mcp.controller.js';
import { TicketsController } from './tickets.controller.js';
import { TicketsService } from './tickets.service.js';

@Module({
  imports: [
    AudienceAuthModule.forRootAsync({
      imports: [ConfigModule.forRoot()],
      inject: [ConfigService],
      useFactory: (config: ConfigService) => ({
        issuer: config.getOrThrow<string>('ISSUER'),
        audience: config.getOrThrow<string>('AUDIENCE'),
      }),
    }),
  ],
  controllers: [HealthController, TicketsController, TicketsMcpController],
  providers: [TicketsService],
})
export class TicketsModule {}
