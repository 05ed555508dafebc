import 'reflect-metadata';
import { Controller, Get, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  AudienceAuthModule,
  CurrentToken,
  Public,
  RequireScopes,
  type AccessToken,
} from 'nestjs-audience-auth';
import { RequireToolScopes, toAuthInfo } from 'nestjs-audience-auth/mcp';

@Controller()
class TicketsController {
  @Get('tickets')
  @RequireScopes('tickets:read')
  list(@CurrentToken() token: AccessToken) {
    return { subject: token.subject };
  }

  @Post('mcp')
  @RequireToolScopes({ create_ticket: ['tickets:write'] })
  handle(@CurrentToken() token: AccessToken) {
    return toAuthInfo(token);
  }

  @Get('health')
  @Public()
  health() {
    return { status: 'up' };
  }
}

@Module({
  imports: [
    AudienceAuthModule.forRoot({
      issuer: process.env['ISSUER'] ?? '',
      audience: process.env['AUDIENCE'] ?? '',
    }),
  ],
  controllers: [TicketsController],
})
class AppModule {}

async function main() {
  const app = await NestFactory.create(AppModule, { logger: ['error', 'fatal'] });
  await app.listen(0, '127.0.0.1');
  process.stdout.write(`${await app.getUrl()}\n`);
}

void main();
