import { Controller, Get, Module, UseGuards } from '@nestjs/common';
import { AuthGuard, PassportModule } from '@nestjs/passport';
import { TicketsService, type Ticket } from '../tickets/tickets.service.js';
import { JwtStrategy } from './jwt.strategy.js';

@Controller('tickets')
@UseGuards(AuthGuard('jwt'))
class TutorialTicketsController {
  constructor(private readonly tickets: TicketsService) {}

  @Get()
  list(): readonly Ticket[] {
    return this.tickets.list();
  }
}

/** The tickets service behind the tutorials' guard. */
@Module({
  imports: [PassportModule],
  controllers: [TutorialTicketsController],
  providers: [TicketsService, JwtStrategy],
})
export class TutorialTicketsModule {}
