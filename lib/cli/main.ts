#!/usr/bin/env node
import { commandLine } from './command-line.js';
import { EXIT, firstLine } from './failure.js';

async function main(): Promise<void> {
  // Not process.exit, which would cut off what is still being written.
  process.exitCode = await commandLine(process.argv.slice(2), process);
}

// Whoever reads the output may go before its end, as `head` does: the exit code is an answer, too. One that could not be
// written for another reason is none.
process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
  if (code !== 'EPIPE') process.once('exit', () => (process.exitCode = EXIT.file));
});
process.stderr.on('error', () => undefined);
process.on('uncaughtException', (error) => {
  process.stderr.write(`audience-auth: ${firstLine(error)}\n`);
  process.exit(EXIT.internal);
});
void main();
