import { get, type Agent, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Callers, Reply } from './callers.js';
import { ANSWERED_MS, PATH } from './settings.js';
import type { Tally } from './tally.js';

const TICK_MS = 5;
const GIVEN_UP_MS = 10_000;
/** How much of what was missed is made up for, where the machine has stood still. */
const MOST_ARREARS_S = 0.5;

/** Sends requests, whether or not those before have been answered, and has the replies judged and counted. */
export class Load {
  private readonly timers = new Set<NodeJS.Timeout>();
  private readonly pending = new Set<Promise<void>>();

  constructor(
    private readonly url: string,
    private readonly agent: Agent,
    private readonly tally: Tally,
  ) {}

  /** Has callers come at a steady rate, and returns the function that ends it. */
  start(callers: Callers, perSecond: number): () => void {
    const begin = performance.now();
    let sent = 0;
    const timer = setInterval(() => {
      const due = ((performance.now() - begin) / 1000) * perSecond;
      sent = Math.max(sent, due - perSecond * MOST_ARREARS_S);
      for (; sent < due; sent++) this.send(callers);
    }, TICK_MS);
    this.timers.add(timer);
    return () => {
      clearInterval(timer);
      this.timers.delete(timer);
    };
  }

  send(callers: Callers): void {
    const call = this.ask(callers).finally(() => this.pending.delete(call));
    this.pending.add(call);
  }

  /** Ends what was started, and waits for the replies. */
  async stop(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    await Promise.all(this.pending);
  }

  private async ask({ name, call }: Callers): Promise<void> {
    const { token, judge } = call();
    const sentAt = Date.now();
    const begin = performance.now();
    const outcome = await this.outcomeFor(token);
    const durationMs = performance.now() - begin;
    const reply: Reply = { sentAt, answeredAt: Date.now(), outcome };
    this.tally.count(name, outcome, durationMs, judge(reply));
    if (durationMs > ANSWERED_MS) {
      this.tally.object(`${name}: waited longer than ${ANSWERED_MS} ms`);
    }
  }

  private async outcomeFor(token: string | undefined): Promise<string> {
    try {
      const message = await this.messageFor(token);
      return outcomeIn(message.statusCode ?? 0, await text(message));
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      return `no answer (${code ?? message})`;
    }
  }

  private messageFor(token: string | undefined): Promise<IncomingMessage> {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    return new Promise((resolve, reject) => {
      const request = get(this.url + PATH, { agent: this.agent, headers }, resolve);
      request.once('error', reject);
      request.setTimeout(GIVEN_UP_MS, () => request.destroy(new Error('given up')));
    });
  }
}

/** The reason, where it is a 401 that has one. */
function outcomeIn(status: number, body: string): string {
  if (status !== 401) return String(status);
  const { reason } = JSON.parse(body) as { reason?: string };
  return reason ?? '401';
}
