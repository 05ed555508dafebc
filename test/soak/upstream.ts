import { body, hang, json, status, type Answer } from '../support/answers.js';
import { AuthorizationServer, JWKS } from '../support/authorization-server.js';
import { half, later } from '../reliability/spoilt-answers.js';
import { Keyring } from './keyring.js';
import { KEYS, RECOVERED_MS, SETTLED_MS, USABLE_MS } from './settings.js';

/** What can be wrong with an authorization server. */
export const TROUBLES = {
  'status 500': status(500),
  'a cut-off answer': half('{"keys":[],"padding":"so that there is a second half"}', 'end'),
  'a start page': body('<!doctype html>'),
  'no answer': hang,
  'connection refused': undefined,
} as const satisfies Record<string, Answer | undefined>;

/** How long it takes to hand out its metadata, so that those who come first have something to wait for. */
const SLOW_MS = 0.4 * KEYS.timeoutMs;

export type Trouble = keyof typeof TROUBLES;

interface Outage {
  readonly from: number;
  /** When keys were last handed out before it. */
  readonly lastGoodAt: number;
  until: number;
  /** When keys were first handed out after it. */
  healedAt: number;
}

/** From when to when somebody waited. */
export interface Wait {
  readonly sentAt: number;
  readonly answeredAt: number;
}

/** The authorization server: it changes its keys, fails, and knows what it was asked and when it was in trouble. */
export class Upstream {
  readonly keyring = new Keyring();
  /** How often each document was asked for. */
  readonly asked = { metadata: 0, keys: 0 };
  private trouble: Answer | undefined;
  private down = false;
  private lastGoodAt = 0;
  private outages: Outage[] = [];

  private constructor(readonly server: AuthorizationServer) {
    const keys: Answer = (...exchange) => {
      this.lastGoodAt = Date.now();
      for (const outage of this.outages) outage.healedAt = Math.min(outage.healedAt, Date.now());
      return json(this.keyring.handOut())(...exchange);
    };
    const metadata = later(SLOW_MS, json(server.metadata));
    server.fail(JWKS, (...exchange) => {
      this.asked.keys++;
      return (this.trouble ?? keys)(...exchange);
    });
    for (const path of [server.metadataPath, '/.well-known/openid-configuration']) {
      server.fail(path, (...exchange) => {
        this.asked.metadata++;
        return (this.trouble ?? metadata)(...exchange);
      });
    }
  }

  static async start(): Promise<Upstream> {
    return new Upstream(await AuthorizationServer.start());
  }

  /** Begins to fail, or fails in another way. */
  async fail(trouble: Trouble): Promise<void> {
    if (this.outages.at(-1)?.until !== Infinity) {
      const [from, lastGoodAt] = [Date.now(), this.lastGoodAt];
      this.outages.push({ from, lastGoodAt, until: Infinity, healedAt: Infinity });
    }
    this.trouble = TROUBLES[trouble];
    this.down = trouble === 'connection refused';
    if (this.down) await this.server.stop();
  }

  async recover(): Promise<void> {
    if (this.down) await this.server.restart();
    this.down = false;
    this.trouble = undefined;
    const outage = this.outages.at(-1);
    if (outage) outage.until = Date.now();
  }

  async stop(): Promise<void> {
    await this.server.stop();
  }

  /** Whether the service may not have been able to fetch keys. */
  wasFailing(wait: Wait): boolean {
    return this.outages.some((outage) => wait.answeredAt >= outage.from && !isOver(outage, wait));
  }

  /** Whether the service must have noticed that keys cannot be fetched. */
  hadFailed({ sentAt, answeredAt }: Wait): boolean {
    return this.outages.some(
      ({ from, until }) => sentAt >= from + RECOVERED_MS && answeredAt < until,
    );
  }

  /** Whether the last good keys may have been too old, too. */
  wasLost(wait: Wait): boolean {
    return this.outages.some(
      (outage) =>
        wait.answeredAt >= outage.lastGoodAt + USABLE_MS - SETTLED_MS && !isOver(outage, wait),
    );
  }

  /** Whether keys have been fetched since the last outage. */
  get isHealed(): boolean {
    return this.outages.every(({ healedAt }) => healedAt < Infinity);
  }

  /** When the last outage ended. */
  get recoveredAt(): number {
    return this.outages.at(-1)?.until ?? -Infinity;
  }
}

/** Whether the service must have had its keys again before anybody waited. */
function isOver({ until, healedAt }: Outage, { sentAt }: Wait): boolean {
  return sentAt > Math.min(until + RECOVERED_MS, healedAt + SETTLED_MS);
}
