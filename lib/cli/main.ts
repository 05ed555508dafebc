#!/usr/bin/env node
import { commandLine } from './command-line.js';

// Not process.exit, which would cut off what is still being written.
void commandLine(process.argv.slice(2), process).then((exitCode) => {
  process.exitCode = exitCode;
});
