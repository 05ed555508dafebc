import { CLIENTS, WEB_APP } from '../authorization-server/clients.js';
import { mcpUrl, type Addresses } from '../processes/system.js';
import { signIn } from './sign-in.js';
import { tokensFor } from './tokens.js';

/** What the story is played with: where everything is, and tokens, all of them from that authorization server. */
export type World = Awaited<ReturnType<typeof prepareWorld>>;

export async function prepareWorld(addresses: Addresses) {
  const { authorizationServer } = addresses;
  const getToken = tokensFor(addresses);
  const { agent, gateway, legacy, hasty } = CLIENTS;
  const [tickets, ticketsWrite, codeSearch, both, none, id, namesakeId, shortLived] =
    await Promise.all([
      getToken.tickets(agent, 'tickets:read'),
      getToken.tickets(agent),
      getToken.codeSearch(agent),
      getToken.tickets(gateway),
      getToken.tickets(legacy),
      signIn(authorizationServer, WEB_APP.id),
      signIn(authorizationServer, mcpUrl(addresses.tickets)),
      getToken.tickets(hasty),
    ]);
  return {
    addresses,
    tokens: { tickets, ticketsWrite, codeSearch, both, none, id, namesakeId, shortLived },
    /** When the last of them, and so every one, had been issued. */
    issuedAt: Date.now(),
  };
}
