import { log } from '../support/log.js';

/** The lines that were logged on refusals, without the logger's name. */
export function refusalLines(): string[] {
  return log.filter((line) => line.startsWith('debug ')).map(withoutLogger);
}

/** The lines that were logged on a listener that failed. */
export function listenerFailures(): string[] {
  return log.filter((line) => line.startsWith('error onRejection')).map(withoutLogger);
}

function withoutLogger(line: string): string {
  return line.replace(/^\w+ /, '').replace(/ AudienceAuthModule$/, '');
}
