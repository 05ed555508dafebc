import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { toolResult } from '../mcp/answer-mcp.js';
import type { TicketsService } from './tickets.service.js';

/** The tickets as tools. Which scopes a tool needs, the controller says. */
export function ticketsMcpServer(tickets: TicketsService): McpServer {
  const server = new McpServer({ name: 'tickets', version: '1.0.0' });
  server.registerTool('list_tickets', { description: 'All tickets' }, () =>
    toolResult(tickets.list()),
  );
  server.registerTool(
    'create_ticket',
    { description: 'Writes a ticket', inputSchema: { title: z.string().min(1) } },
    ({ title }, { authInfo }) => toolResult(tickets.create(title, authInfo?.clientId ?? 'unknown')),
  );
  return server;
}
