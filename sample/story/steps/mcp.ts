import { ClientCredentialsProvider } from '@modelcontextprotocol/sdk/client/auth-extensions.js';
import { CLIENTS } from '../../authorization-server/clients.js';
import { mcpUrl } from '../../processes/system.js';
import { McpSession } from '../mcp-session.js';
import type { Chapter } from '../step.js';
import type { World } from '../world.js';

/** An MCP client with a secret of its own, which finds its way by the challenge and the metadata alone. */
export function anAgent({ addresses, tokens }: World): Chapter {
  const tickets = mcpUrl(addresses.tickets);
  const codeSearch = mcpUrl(addresses.codeSearch);
  const agent = new ClientCredentialsProvider({
    clientId: CLIENTS.agent.id,
    clientSecret: CLIENTS.agent.secret,
    scope: 'tickets:read code:search',
    expectedIssuer: addresses.authorizationServer,
  });
  const atTickets = new McpSession(tickets, agent);
  const atCodeSearch = new McpSession(codeSearch, agent);
  const astray = new McpSession(codeSearch, { token: tokens.tickets });
  return {
    title: 'An MCP client in its own name (client credentials)',
    steps: [
      {
        request: 'MCP tickets: connect, list tools',
        token: 'none yet',
        send: async () => {
          await atTickets.connect();
          return atTickets.listTools();
        },
        status: 200,
        why: () => atTickets.trail(),
      },
      {
        request: 'MCP tickets: list_tickets',
        token: 'for tickets, tickets:read',
        send: () => atTickets.callTool('list_tickets'),
        status: 200,
        why: ({ data }) => `${(data as unknown[]).length} tickets`,
      },
      {
        request: 'MCP tickets: create_ticket',
        token: 'for tickets, tickets:read',
        send: () => atTickets.callTool('create_ticket', { title: 'Not to be' }),
        status: 403,
        reason: 'scope_insufficient',
        why: ({ challenge = '' }) => challenge,
      },
      {
        request: 'MCP code-search: connect',
        token: 'for tickets',
        send: () => astray.connect(),
        status: 401,
        reason: 'audience_mismatch',
        why: 'one MCP server passes the token it was sent on to another: the end of that',
      },
      {
        request: 'MCP code-search: search_code',
        token: 'for tickets, then its own',
        send: async () => {
          await atCodeSearch.connect();
          if (atCodeSearch.firstRefusal()?.reason !== 'audience_mismatch') {
            throw new Error('The tickets token was not refused.');
          }
          return atCodeSearch.callTool('search_code', { words: 'audience' });
        },
        status: 200,
        why: () => `refused, it gets a token for this one: ${atCodeSearch.trail()}`,
      },
    ],
    close: () => Promise.all([atTickets, atCodeSearch, astray].map((session) => session.close())),
  };
}
