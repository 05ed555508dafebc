import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import type { AuthInfo } from '@modelcontextprotocol/sdk/server/auth/types.js';
import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Has an MCP server answer one request. Without sessions: the server is made for this request and dropped after it, so
 * that no request can rest on who sent an earlier one.
 *
 * @param request Node's own, with the `auth` that `withAuthInfo` has put on it
 */
export async function answerMcp(
  server: McpServer,
  request: IncomingMessage & { auth?: AuthInfo },
  response: ServerResponse,
  body: unknown,
): Promise<void> {
  const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true });
  response.on('close', () => void server.close());
  await server.connect(transport);
  await transport.handleRequest(request, response, body);
}

/** What a tool gives back: JSON, as text. */
export function toolResult(value: unknown): { content: { type: 'text'; text: string }[] } {
  return { content: [{ type: 'text', text: JSON.stringify(value) }] };
}
