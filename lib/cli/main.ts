#!/usr/bin/env node
import { commandLine } from './command-line.js';

async function main(): Promise<void> {
  // Not process.exit, which would cut off what is still being written.
  process.exitCode = await commandLine(process.argv.slice(2), process);
}

void main();
