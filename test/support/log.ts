import type { LoggerService } from '@nestjs/common';

/** All that the applications of this file have logged. */
export const log: string[] = [];

const write =
  (level: string) =>
  (message: unknown, ...rest: unknown[]) =>
    void log.push([level, String(message), ...rest.map(String)].join(' '));

/** Keeps what is logged, instead of printing it. */
export const memoryLogger: LoggerService = {
  log: write('log'),
  error: write('error'),
  warn: write('warn'),
  debug: write('debug'),
  verbose: write('verbose'),
  fatal: write('fatal'),
};
