import { Controller, Get, Module } from '@nestjs/common';
import { AudienceAuthModule, RequireScopes } from 'nestjs-audience-auth';

@Controller('tickets')
class TicketsController {
  @Get()
  @RequireScopes('tickets:read')
  list() {
    return ['The coffee machine asks for a password'];
  }
}

@Module({
  imports: [
    AudienceAuthModule.forRootAsync({
      useFactory: () => ({
        issuer: process.env['ISSUER'] ?? 'https://auth.example.com',
        audience: 'https://tickets.example.com/mcp',
      }),
    }),
  ],
  controllers: [TicketsController],
})
export class AppModule {}
