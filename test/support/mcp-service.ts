import type { IncomingMessage, ServerResponse } from 'node:http';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { Body, Controller, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import { RequireScopes } from 'nestjs-audience-auth';
import { RequireToolScopes, withAuthInfo } from 'nestjs-audience-auth/mcp';
import { handled } from './controllers.js';

/** What the route of {@link McpController} needs, and its tools beside it. */
export const ROUTE_SCOPE = 'tools:use';
export const TOOL_SCOPES = {
  write: ['files:write'],
  administer: ['files:write', 'files:admin'],
  look: [],
};

/** An MCP server whose tools say who called them. */
function mcpServer(): McpServer {
  const server = new McpServer({ name: 'test', version: '1.0.0' });
  for (const name of [...Object.keys(TOOL_SCOPES), 'who']) {
    server.registerTool(name, { description: name }, ({ authInfo }) => {
      handled.push(name);
      return { content: [{ type: 'text', text: JSON.stringify(authInfo ?? null) }] };
    });
  }
  return server;
}

/** A response of Express, or Fastify's around Node's own. */
type Response = ServerResponse & { readonly raw?: ServerResponse; hijack?(): void };

/** An MCP endpoint of the official SDK, without sessions. */
@Controller('mcp')
@RequireScopes(ROUTE_SCOPE)
export class McpController {
  @Post()
  @RequireToolScopes(TOOL_SCOPES)
  async answer(
    @Req() request: IncomingMessage,
    @Res() response: Response,
    @Body() body: unknown,
  ): Promise<void> {
    handled.push('mcp');
    response.hijack?.();
    const server = mcpServer();
    const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true });
    const { raw = response } = response;
    raw.on('close', () => void server.close());
    await server.connect(transport);
    await transport.handleRequest(withAuthInfo(request), raw, body);
  }

  @Get()
  @HttpCode(405)
  listen(): void {
    handled.push('listen');
  }
}
