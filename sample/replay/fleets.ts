import { CLIENTS, SCOPES } from '../authorization-server/clients.js';
import { mcpUrl, type Addresses } from '../processes/system.js';

/** The environment variable in which `replay` finds the secret of the client that asks for the tokens. */
export const SECRET_VARIABLE = 'AGENT_SECRET';

/** What a file for `audience-auth replay` holds. */
export interface FleetFile {
  readonly services: readonly object[];
}

/** The two services, REST and MCP. MCP answers GET with 405, but only to who has a token for it. */
export function theServices(addresses: Addresses): FleetFile {
  const { tickets, codeSearch } = addresses;
  const entry = entries(addresses);
  return {
    services: [
      entry.tickets('tickets', `${tickets}/tickets`),
      entry.tickets('tickets MCP', mcpUrl(tickets)),
      entry.codeSearch('code-search', `${codeSearch}/search?q=audience`),
      entry.codeSearch('code-search MCP', mcpUrl(codeSearch)),
    ],
  };
}

/** Beside them the same two as tutorials set them up, which nobody told to look at the audience. */
export function withTheTutorials(addresses: Addresses): FleetFile {
  const { tickets, codeSearch, tutorialTickets, tutorialCodeSearch } = addresses;
  const entry = entries(addresses);
  return {
    services: [
      entry.tickets('tickets', `${tickets}/tickets`),
      entry.codeSearch('code-search', `${codeSearch}/search?q=audience`),
      entry.tickets('tutorial tickets', `${tutorialTickets}/tickets`),
      entry.codeSearch('tutorial code-search', `${tutorialCodeSearch}/search?q=audience`),
    ],
  };
}

/** Services by what their tokens are for. */
function entries({ authorizationServer: issuer, tickets, codeSearch }: Addresses) {
  const forResource = (resource: string, scope: string) => (name: string, url: string) => ({
    name,
    url,
    audience: resource,
    client: {
      issuer,
      clientId: CLIENTS.agent.id,
      clientSecretEnv: SECRET_VARIABLE,
      resource,
      scope,
    },
  });
  return {
    tickets: forResource(mcpUrl(tickets), SCOPES.tickets),
    codeSearch: forResource(mcpUrl(codeSearch), SCOPES.codeSearch),
  };
}
