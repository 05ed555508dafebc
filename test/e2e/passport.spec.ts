import { Controller, Get, Req, UseGuards } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import type { AccessToken } from 'nestjs-audience-auth';
import { describe, expect, it } from 'vitest';
import { status } from '../support/answers.js';
import { JWKS } from '../support/authorization-server.js';
import { deploy, deployOnce } from '../support/deployment.js';
import { ADAPTERS } from '../support/resource-server.js';
import { OTHER_AUDIENCE } from '../support/tokens.js';

describe.each(ADAPTERS)(
  'AuthGuard of @nestjs/passport with the name of the strategy, on %s',
  (adapter) => {
    const strategyName = `by-name-on-${adapter}`;

    @Controller('passport')
    class PassportController {
      @Get()
      @UseGuards(AuthGuard(strategyName))
      read(@Req() request: { user: AccessToken }) {
        return { subject: request.user.subject };
      }
    }

    @Controller('outage')
    class OutageController {
      @Get()
      @UseGuards(AuthGuard(`${strategyName}-in-an-outage`))
      read() {
        return 'not reached';
      }
    }

    const deployment = deploy(
      adapter,
      { strategyName, global: false },
      { controllers: [PassportController] },
    );

    it('lets a good token in', async () => {
      const response = await deployment.get('/passport', deployment.issue());
      expect(response.status).toBe(200);
      expect(await response.json()).toEqual({ subject: 'alice' });
    });

    it('answers a plain 401 to all others', async () => {
      const other = deployment.issue({ aud: OTHER_AUDIENCE });
      for (const token of [undefined, 'x', 'a b', other]) {
        const response = await deployment.get('/passport', token);
        expect(response.status).toBe(401);
        expect(await response.json()).toEqual({ statusCode: 401, message: 'Unauthorized' });
      }
    });

    it('answers 503 where nobody can say', async () => {
      const outage = await deployOnce(
        adapter,
        { strategyName: `${strategyName}-in-an-outage`, global: false },
        { controllers: [OutageController] },
        (server) => server.fail(JWKS, status(500)),
      );
      const response = await outage.get('/outage', outage.issue());
      expect(response.status).toBe(503);
      expect(response.headers.get('www-authenticate')).toBeNull();
    });
  },
);
