import { channel } from 'node:diagnostics_channel';
import type { Logger } from '@nestjs/common';
import type { RejectionEvent } from '../rejection/rejection-event.js';
import type { AccessTokenRejection } from './access-token-rejection.js';

const refusals = channel('nestjs-audience-auth:rejection');

/** Whoever sends made-up tokens must not be able to fill a disk. */
const MOST_LINES_A_SECOND = 10;

/** Tells those who operate a service of each refusal: a listener of theirs, the diagnostics channel and the log. */
export class RejectionReport {
  private second = 0;
  private lines = 0;
  private failures = 0;

  constructor(
    private readonly onRejection: ((event: RejectionEvent) => unknown) | undefined,
    private readonly logger: Logger,
  ) {}

  /** @param route as `Controller.method`, where there is one */
  tell({ rejection, trace, token }: AccessTokenRejection, route?: string): void {
    const event: RejectionEvent = Object.freeze({
      reason: rejection.reason,
      status: rejection.status,
      trace,
      ...(route !== undefined && { route }),
      ...token,
    });
    refusals.publish(event);
    this.log(event);
    if (this.onRejection) void this.notify(this.onRejection, event);
  }

  /** A listener may be asynchronous, and an exception that nobody awaits would end the process. */
  private async notify(listener: (event: RejectionEvent) => unknown, event: RejectionEvent) {
    try {
      await listener(event);
    } catch (error) {
      if (++this.failures > MOST_LINES_A_SECOND) return;
      this.logger.error(`onRejection failed: ${error instanceof Error ? error.stack : 'no error'}`);
    }
  }

  private log({ reason, status, route, issuer, clientId, trace }: RejectionEvent): void {
    const second = Math.floor(Date.now() / 1000);
    if (second !== this.second) {
      const unlogged = this.lines - MOST_LINES_A_SECOND;
      if (unlogged > 0) this.logger.debug(`${unlogged} more refusals were not logged.`);
      this.second = second;
      this.lines = 0;
      this.failures = 0;
    }
    if (++this.lines > MOST_LINES_A_SECOND) return;
    this.logger.debug(
      `Refused with ${status} ${reason}: ${asciiJson({ route, issuer, clientId, trace })}`,
    );
  }
}

/** A client may choose its name, and must not get to write log lines, or to a terminal: no control character is left. */
function asciiJson(value: object): string {
  return JSON.stringify(value).replace(
    /[^ -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
