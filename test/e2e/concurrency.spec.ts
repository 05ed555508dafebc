import { setImmediate } from 'node:timers/promises';
import { Controller, Get, Req } from '@nestjs/common';
import { CurrentToken, TokenClaim, type AccessToken } from 'nestjs-audience-auth';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Held, json } from '../support/answers.js';
import { JWKS, type AuthorizationServer } from '../support/authorization-server.js';
import { deployOnce } from '../support/deployment.js';
import { ADAPTERS, type AdapterName } from '../support/resource-server.js';
import { signingKey } from '../support/signing-key.js';

@Controller()
class WhoController {
  /** Says who is asking, by every way that a handler can learn of it, and some time after the guard. */
  @Get('who')
  async who(
    @CurrentToken() token: AccessToken,
    @TokenClaim('sub') claim: unknown,
    @Req() request: { user: AccessToken },
  ) {
    await setImmediate();
    return [token.subject, claim, request.user.subject];
  }
}

interface Caller {
  readonly subject: string;
  readonly token: string | undefined;
  readonly expected: readonly [status: number, outcome: unknown];
}

const admitted = (subject: string): Caller['expected'] => [200, [subject, subject, subject]];

/** 400 callers in turn: good ones, forgers that claim to be one of them, made-up keys, and nobody. */
function callers(server: AuthorizationServer): Caller[] {
  const forger = signingKey('ES256', 'forger');
  return Array.from({ length: 100 }, (_, index) => index).flatMap((index): Caller[] => {
    const subject = `user-${index}`;
    const sub = { sub: subject };
    return [
      { subject, token: server.issue(sub), expected: admitted(subject) },
      {
        subject: `forged ${subject}`,
        token: server.issue(sub, {}, forger.as(server.key.kid)),
        expected: [401, 'signature_invalid'],
      },
      {
        subject: `unknown ${subject}`,
        token: server.issue(sub, {}, forger.as(`kid-${index}`)),
        expected: [401, 'key_unknown'],
      },
      { subject: `no ${subject}`, token: undefined, expected: [401, 'token_missing'] },
    ];
  });
}

async function outcome(response: Response): Promise<readonly [number, unknown]> {
  const body = (await response.json()) as { reason?: unknown };
  return [response.status, body.reason ?? body];
}

/** A deployment whose key set is held back, and which tells how many requests have come in. */
async function slowDeployment(adapter: AdapterName) {
  const slow = new Held((request, response) =>
    json({ keys: deployment.authorizationServer.keys })(request, response),
  );
  let arrived = 0;
  const deployment = await deployOnce(
    adapter,
    {},
    {
      controllers: [WhoController],
      configure: (app) =>
        app.use((_request: unknown, _response: unknown, next: () => void) => {
          arrived++;
          next();
        }),
    },
    (server) => server.fail(JWKS, slow.answer),
  );
  /** Sends all of them before any key is there, then lets the keys come. */
  const sendAll = async (all: readonly Caller[]) => {
    arrived = 0;
    const responses = all.map(({ token }) => deployment.get('/who', token));
    await vi.waitFor(() => expect(arrived).toBe(all.length), { timeout: 10_000, interval: 5 });
    slow.release();
    return Promise.all(responses.map(async (response) => outcome(await response)));
  };
  return { deployment, sendAll };
}

describe.each(ADAPTERS)('400 requests at a time, on %s', (adapter) => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'] });
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  it('get each their own answer while the first keys are awaited, and one fetch does for all', async () => {
    const { deployment, sendAll } = await slowDeployment(adapter);
    const { authorizationServer: server } = deployment;
    const all = callers(server);
    expect(await sendAll(all)).toEqual(all.map(({ expected }) => expected));
    expect(server.trail).toEqual([server.metadataPath, JWKS]);
  });

  it('get each their own answer while a new key is awaited, and one fetch does for all', async () => {
    const { deployment, sendAll } = await slowDeployment(adapter);
    const { authorizationServer: server } = deployment;
    const first = callers(server).slice(0, 4);
    await sendAll(first);

    vi.setSystemTime(Date.now() + 10_000);
    server.rotate(signingKey('ES256', 'new'), { keepOld: true });
    const all = callers(server);
    expect(await sendAll(all)).toEqual(all.map(({ expected }) => expected));
    expect(server.requests(JWKS)).toBe(2);
  });
});
