import 'reflect-metadata';
import { Controller, Get, Injectable, Module, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AuthGuard, PassportModule, PassportStrategy } from '@nestjs/passport';
import { passportJwtSecret } from 'jwks-rsa';
import passport from 'passport';
import { ExtractJwt, Strategy } from 'passport-jwt';
import type { AuthorizationServer } from '../support/authorization-server.js';
import { memoryLogger } from '../support/log.js';

const NAME = 'tutorial';

/** A Nest service as tutorials set it up: signature, issuer and expiry are checked, and nobody asks for whom a token is. */
export async function tutorialService(
  server: AuthorizationServer,
): Promise<{ url: string; stop: () => Promise<void> }> {
  @Injectable()
  class JwtStrategy extends PassportStrategy(Strategy, NAME) {
    constructor() {
      super({
        jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
        secretOrKeyProvider: passportJwtSecret({ jwksUri: server.jwksUri }),
        issuer: server.issuer,
        algorithms: ['ES256'],
      });
    }

    validate(payload: unknown): unknown {
      return payload;
    }
  }

  @Controller('plain')
  @UseGuards(AuthGuard(NAME))
  class PlainController {
    @Get()
    plain(): object {
      return {};
    }
  }

  @Module({
    imports: [PassportModule],
    controllers: [PlainController],
    providers: [JwtStrategy],
  })
  class TutorialModule {}

  const app = await NestFactory.create(TutorialModule, { logger: memoryLogger });
  await app.listen(0, '127.0.0.1');
  const stop = async (): Promise<void> => {
    await app.close();
    // The registry outlives the application.
    passport.unuse(NAME);
  };
  return { url: `${await app.getUrl()}/plain`, stop };
}
