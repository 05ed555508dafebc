import { Module } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { AudienceAuthModule } from 'nestjs-audience-auth';
import { HealthModule } from '../health/health.module.js';
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
    HealthModule,
  ],
  controllers: [TicketsController, TicketsMcpController],
  providers: [TicketsService],
})
export class TicketsModule {}
