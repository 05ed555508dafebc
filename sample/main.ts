import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { System, type Addresses } from './processes/system.js';
import { replayFleets } from './replay/replay.js';
import { serve } from './serve/serve.js';
import { Printer } from './story/printer.js';
import { playStory } from './story/story.js';

const USAGE = `npm start                      plays the story and proves it; exits with 0 if every answer is the expected one
npm start -- --serve           leaves everything running, and prints addresses and commands to try
npm start -- --port N          uses the ports N to N+4 instead of free ones
`;

interface Wishes {
  readonly toServe: boolean;
  readonly firstPort?: number;
}

try {
  const wishes = readArguments();
  if (wishes === 'help') process.stdout.write(USAGE);
  else process.exitCode = await run(wishes);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

function readArguments(): Wishes | 'help' {
  const { values } = parseArgs({
    options: {
      serve: { type: 'boolean', default: false },
      port: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  if (values.port === undefined) return { toServe: values.serve };
  const firstPort = Number(values.port);
  if (!(Number.isInteger(firstPort) && firstPort > 0 && firstPort <= 65_531)) {
    throw new Error(`--port must be a number from 1 to 65531.\n\n${USAGE}`);
  }
  return { toServe: values.serve, firstPort };
}

/** Starts everything, does what was asked for and stops everything, whatever happened in between. */
async function run({ toServe, firstPort }: Wishes): Promise<number> {
  const interruption = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => interruption.abort(new Error(`Stopped by ${signal}.`)));
  }
  const system = await System.start(firstPort, toServe);
  try {
    if (!toServe) return (await play(system.addresses, interruption.signal)) ? 0 : 1;
    serve(system.addresses);
    const ended = await Promise.race([interrupted(interruption.signal), system.firstEnded()]);
    if (ended === undefined) return 0;
    throw new Error(`The process ${ended} has ended.`);
  } finally {
    await system.stop();
  }
}

/** Both, whatever comes of the first. */
async function play(addresses: Addresses, signal: AbortSignal): Promise<boolean> {
  const printer = new Printer();
  const isTold = await playStory(addresses, printer, signal);
  const isProved = await replayFleets(addresses, printer);
  return isTold && isProved;
}

async function interrupted(signal: AbortSignal): Promise<undefined> {
  if (!signal.aborted) await once(signal, 'abort');
  return undefined;
}
