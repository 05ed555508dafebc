import type { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { json, type Answer } from '../support/answers.js';
import { JWKS } from '../support/authorization-server.js';
import { COOLDOWN, pass, stopTheClock } from '../support/clock.js';
import { deployWarm } from '../support/deployment.js';
import { signingKey } from '../support/signing-key.js';

stopTheClock();

it('keys are fetched again from a server that has given up the connection in the meantime', async () => {
  const deployment = await deployWarm('express');
  const server = deployment.authorizationServer;
  // A connection that is used again just when its server gives it up is reset.
  const used = new WeakSet<Socket>();
  const onceOnEachConnection: Answer = (request, response) => {
    if (used.has(request.socket)) return void request.socket.destroy();
    used.add(request.socket);
    return json({ keys: server.keys })(request, response);
  };
  server.fail(JWKS, onceOnEachConnection);
  for (const kid of ['second', 'third', 'fourth']) {
    server.rotate(signingKey('ES256', kid), { keepOld: true });
    pass(COOLDOWN);
    expect(await deployment.status(deployment.issue())).toBe(200);
  }
});
