import type { LogLevel } from '@nestjs/common';

/** What a service prints: what is wrong with it, and if it is asked to, whom it refuses. */
export function logLevels(): LogLevel[] {
  return process.env.LOG_REFUSALS ? ['error', 'warn', 'debug'] : ['error', 'warn'];
}

/** Tells the process that started this one that requests can come, and stops when that process is gone. */
export function reportReady(): void {
  // The channel by itself is no reason to stay.
  process.channel?.unref();
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.send?.('ready');
}

/** For servers that are no Nest application; those have `enableShutdownHooks`. */
export function stopOnSignals(stop: () => void): void {
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}
