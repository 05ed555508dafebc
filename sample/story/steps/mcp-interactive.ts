import { mcpUrl } from '../../processes/system.js';
import { InteractiveProvider } from '../interactive-provider.js';
import { McpSession } from '../mcp-session.js';
import type { Chapter } from '../step.js';
import type { World } from '../world.js';

/** An MCP client that nobody has heard of, with a person before it: registration, consent, and consent to more. */
export function aPersonsClient({ addresses }: World): Chapter {
  const tickets = mcpUrl(addresses.tickets);
  const provider = new InteractiveProvider();
  const beforeConsent = new McpSession(tickets, provider);
  const session = new McpSession(tickets, provider);
  const title = 'Written by Alice, with an MCP client';
  return {
    title: 'An MCP client with a person before it (registration, code and PKCE)',
    steps: [
      {
        request: 'MCP tickets: connect',
        token: 'none',
        send: () => beforeConsent.connect(),
        status: 401,
        reason: 'token_missing',
        why: () => `it registers and sends Alice to sign in: ${beforeConsent.trail()}`,
      },
      {
        request: 'MCP tickets: list_tickets',
        token: 'for tickets, tickets:read',
        send: async () => {
          await beforeConsent.finishAuthorization(provider.takeCode());
          await session.connect();
          return session.callTool('list_tickets');
        },
        status: 200,
        why: ({ data }) =>
          `Alice is back with a code, which is good for a token: ${(data as unknown[]).length} tickets`,
      },
      {
        request: 'MCP tickets: create_ticket',
        token: 'for tickets, tickets:read',
        send: () => session.callTool('create_ticket', { title }),
        status: 403,
        reason: 'scope_insufficient',
        why: 'the challenge names what is missing, and the client sends Alice to consent to it',
      },
      {
        request: 'MCP tickets: create_ticket',
        token: 'for tickets, tickets:write too',
        send: async () => {
          await session.finishAuthorization(provider.takeCode());
          return session.callTool('create_ticket', { title });
        },
        status: 200,
        why: ({ data }) => `she did: ${JSON.stringify(data)}`,
      },
    ],
    close: () => Promise.all([beforeConsent.close(), session.close()]),
  };
}
