import { CLIENTS, SCOPES } from '../authorization-server/clients.js';
import { mcpUrl, type Addresses } from '../processes/system.js';

/** Prints what is running and commands to try on it. */
export function serve(addresses: Addresses): void {
  const { authorizationServer, tickets, codeSearch, tutorialTickets, tutorialCodeSearch } =
    addresses;
  const { id, secret } = CLIENTS.agent;
  const clients = Object.values(CLIENTS).map(
    (client) => `  ${client.id.padEnd(9)}${client.secret.padEnd(16)}${client.tokens}`,
  );
  process.stdout.write(`Running, until you press Ctrl+C:

  authorization server   ${authorizationServer}
  tickets                ${tickets}   MCP at ${mcpUrl(tickets)}
  code-search            ${codeSearch}   MCP at ${mcpUrl(codeSearch)}
  tutorial tickets       ${tutorialTickets}   passport-jwt, no audience
  tutorial code-search   ${tutorialCodeSearch}   passport-jwt, no audience

Clients, their secrets, and the tokens they get:

${clients.join('\n')}

Whom tickets and code-search refuse is printed here. In another terminal:

  AUTH=${authorizationServer} TICKETS=${tickets} CODE_SEARCH=${codeSearch} TUTORIAL=${tutorialCodeSearch}

  # A token for tickets
  TOKEN=$(curl -s -u ${id}:${secret} $AUTH/token -d grant_type=client_credentials \\
    -d resource=$TICKETS/mcp -d 'scope=${SCOPES.tickets}' | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')

  # 200: the service it was minted for
  curl -i -H "Authorization: Bearer $TOKEN" $TICKETS/tickets

  # 401 audience_mismatch: another service behind the same authorization server
  curl -i -H "Authorization: Bearer $TOKEN" "$CODE_SEARCH/search?q=audience"

  # 200, and should not be: the same service as tutorials set it up
  curl -i -H "Authorization: Bearer $TOKEN" "$TUTORIAL/search?q=audience"

  # 401 with a challenge, and where it leads
  curl -i $TICKETS/tickets
  curl -s $TICKETS/.well-known/oauth-protected-resource/mcp

  # 200 while there are signing keys to verify tokens with
  curl -s $TICKETS/health

  # 204: the authorization server signs with a new key from now on; get a new token to see it work
  curl -i -X POST $AUTH/admin/rotate-keys
`);
}
