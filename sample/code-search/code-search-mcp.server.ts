import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { toolResult } from '../mcp/answer-mcp.js';
import type { CodeSearchService } from './code-search.service.js';

/** The search as a tool. */
export function codeSearchMcpServer(code: CodeSearchService): McpServer {
  const server = new McpServer({ name: 'code-search', version: '1.0.0' });
  server.registerTool(
    'search_code',
    {
      description: 'Lines of the source of this repository that contain the words',
      inputSchema: { words: z.string().min(2).max(100) },
    },
    ({ words }) => toolResult(code.search(words)),
  );
  return server;
}
