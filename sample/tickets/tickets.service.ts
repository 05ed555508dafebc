import { Injectable } from '@nestjs/common';

export interface Ticket {
  readonly id: number;
  readonly title: string;
  /** The client that wrote it. */
  readonly createdBy: string;
}

@Injectable()
export class TicketsService {
  private readonly tickets: Ticket[] = [
    { id: 1, title: 'The coffee machine asks for a password', createdBy: 'helpdesk' },
    { id: 2, title: 'Invoices of March are dated 1970', createdBy: 'helpdesk' },
    { id: 3, title: 'Salaries: spreadsheet shared with everyone', createdBy: 'payroll' },
  ];

  list(): readonly Ticket[] {
    return this.tickets;
  }

  create(title: string, createdBy: string): Ticket {
    const ticket = { id: this.tickets.length + 1, title, createdBy };
    this.tickets.push(ticket);
    return ticket;
  }
}
