import { setTimeout as sleep } from 'node:timers/promises';
import { CLIENTS } from '../../authorization-server/clients.js';
import { ask } from '../answer.js';
import type { Chapter } from '../step.js';
import { tokensFor } from '../tokens.js';
import type { World } from '../world.js';

/** A second of life, the 5 of `clockToleranceSeconds`, and a moment. */
const EXPIRED_AFTER_MS = 6_200;

/** What time brings. The library's `keys.cooldownMs`, 5 seconds since the keys were fetched, is over by then, too. */
export function timePasses({ addresses, tokens, issuedAt }: World): Chapter {
  const { authorizationServer, tickets } = addresses;
  return {
    title: 'Six seconds later: a token expires, the signing key changes',
    begin: (signal) => sleep(issuedAt + EXPIRED_AFTER_MS - Date.now(), undefined, { signal }),
    steps: [
      {
        request: 'GET tickets /tickets',
        token: 'for tickets, of one second',
        send: () => ask(`${tickets}/tickets`, tokens.shortLived),
        status: 401,
        reason: 'token_expired',
        why: 'expired, and the tolerance for clocks is over',
      },
      {
        request: 'GET tickets /tickets',
        token: 'for tickets, of a new key',
        send: async () => {
          await fetch(`${authorizationServer}/admin/rotate-keys`, { method: 'POST' });
          const token = await tokensFor(addresses).tickets(CLIENTS.agent);
          return ask(`${tickets}/tickets`, token);
        },
        status: 200,
        why: 'the authorization server changed its key; an unknown one has the keys fetched again',
      },
      {
        request: 'GET tickets /tickets',
        token: 'for tickets, of the old key',
        send: () => ask(`${tickets}/tickets`, tokens.tickets),
        status: 200,
        why: 'the old key is still published, for the tokens it signed',
      },
    ],
  };
}
