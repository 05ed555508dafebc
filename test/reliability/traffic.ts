import { setTimeout } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { Connection } from '../support/connection.js';
import type { ResourceServer } from '../support/resource-server.js';

interface Outcome {
  /** In real time, whatever the clock of the library says. */
  readonly sentAt: number;
  readonly answeredAt: number;
  readonly status: number;
}

/** Requests that follow one another without a pause, several at a time, from now on until the test ends. */
export class Traffic {
  private readonly outcomes: Outcome[] = [];
  private isOver = false;
  private readonly streams: readonly Promise<void>[];

  /** @param token makes the token of the next request */
  constructor(
    private readonly service: ResourceServer,
    private readonly token: () => string,
    { abreast = 2 } = {},
  ) {
    this.streams = Array.from({ length: abreast }, () => this.stream());
    onTestFinished(() => this.stop());
  }

  /** Sends no more, and waits for the last answers. */
  async stop(): Promise<void> {
    this.isOver = true;
    await Promise.all(this.streams);
  }

  /** Waits until so many requests that were sent from now on have been answered. */
  async goOn(count = 10): Promise<void> {
    const from = performance.now();
    // Not vi.waitFor, which moves a stopped clock.
    while (this.sent(from).length < count) await setTimeout(2);
  }

  /** The statuses that were answered to requests sent at this time. */
  statuses(from = -Infinity, to = Infinity): number[] {
    return [...new Set(this.sent(from, to).map(({ status }) => status))].sort(
      (one, other) => one - other,
    );
  }

  /** When the first answer of this status came to a request sent at that time or later. */
  firstAnswer(status: number, from: number): number {
    const answers = this.sent(from).filter((outcome) => outcome.status === status);
    return Math.min(...answers.map(({ answeredAt }) => answeredAt));
  }

  private sent(from: number, to = Infinity): Outcome[] {
    return this.outcomes.filter(({ sentAt }) => sentAt >= from && sentAt < to);
  }

  private async stream(): Promise<void> {
    const connection = new Connection();
    while (!this.isOver) {
      const sentAt = performance.now();
      const { status } = await connection.get(`${this.service.url}/plain`, {
        authorization: `Bearer ${this.token()}`,
      });
      this.outcomes.push({ sentAt, answeredAt: performance.now(), status });
    }
    connection.close();
  }
}
