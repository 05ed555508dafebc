import { Body, Controller, Get, Header, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { RequireScopes } from 'nestjs-audience-auth';
import { withAuthInfo } from 'nestjs-audience-auth/mcp';
import { answerMcp } from '../mcp/answer-mcp.js';
import { codeSearchMcpServer } from './code-search-mcp.server.js';
import { CodeSearchService } from './code-search.service.js';

/** The MCP endpoint. */
@Controller('mcp')
@RequireScopes('code:search')
export class CodeSearchMcpController {
  constructor(private readonly code: CodeSearchService) {}

  @Post()
  async answer(
    @Req() request: { raw: IncomingMessage },
    @Res() reply: { raw: ServerResponse; hijack(): void },
    @Body() body: unknown,
  ): Promise<void> {
    // The SDK writes to Node's own response, so Fastify must not.
    reply.hijack();
    await answerMcp(codeSearchMcpServer(this.code), withAuthInfo(request), reply.raw, body);
  }

  /** There is no stream to listen to. */
  @Get()
  @HttpCode(405)
  @Header('Allow', 'POST')
  listen(): void {}
}
