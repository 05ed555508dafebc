import { Body, Controller, Get, Header, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { RequireScopes } from 'nestjs-audience-auth';
import { RequireToolScopes, withAuthInfo } from 'nestjs-audience-auth/mcp';
import { answerMcp } from '../mcp/answer-mcp.js';
import { ticketsMcpServer } from './tickets-mcp.server.js';
import { TicketsService } from './tickets.service.js';

/** The MCP endpoint. The route needs tickets:read, and calling create_ticket needs tickets:write beside it. */
@Controller('mcp')
@RequireScopes('tickets:read')
export class TicketsMcpController {
  constructor(private readonly tickets: TicketsService) {}

  @Post()
  @RequireToolScopes({ create_ticket: ['tickets:write'] })
  async answer(
    @Req() request: IncomingMessage,
    @Res() response: ServerResponse,
    @Body() body: unknown,
  ): Promise<void> {
    await answerMcp(ticketsMcpServer(this.tickets), withAuthInfo(request), response, body);
  }

  /** There is no stream to listen to. */
  @Get()
  @HttpCode(405)
  @Header('Allow', 'POST')
  listen(): void {}
}
