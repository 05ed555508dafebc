import { BadRequestException, Body, Controller, Get, Post } from '@nestjs/common';
import { CurrentToken, RequireScopes, type AccessToken } from 'nestjs-audience-auth';
import { TicketsService, type Ticket } from './tickets.service.js';

@Controller('tickets')
export class TicketsController {
  constructor(private readonly tickets: TicketsService) {}

  @Get()
  @RequireScopes('tickets:read')
  list(): readonly Ticket[] {
    return this.tickets.list();
  }

  @Post()
  @RequireScopes('tickets:write')
  create(@Body('title') title: unknown, @CurrentToken() token: AccessToken): Ticket {
    if (typeof title !== 'string' || title === '')
      throw new BadRequestException('title is missing');
    return this.tickets.create(title, token.clientId ?? 'unknown');
  }
}
