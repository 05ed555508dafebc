import { mkdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Addresses } from '../processes/system.js';
import type { Printer } from '../story/printer.js';
import { audienceAuth } from './audience-auth.js';
import { theServices, withTheTutorials, type FleetFile } from './fleets.js';

/** Beside what is built. */
const FOLDER = fileURLToPath(new URL('../../replay/', import.meta.url));

/**
 * Has `audience-auth replay` try every token at every service, and prints what it finds: the services are closed, and
 * the tutorials leak.
 *
 * @returns whether that is so
 */
export async function replayFleets(addresses: Addresses, printer: Printer): Promise<boolean> {
  await mkdir(FOLDER, { recursive: true });
  printer.title('Every token at every service: audience-auth replay');
  const isClosed = await run('services', theServices(addresses), 0, printer);
  printer.title('And with the tutorials');
  const isLeaky = await run('tutorials', withTheTutorials(addresses), 1, printer);
  return isClosed && isLeaky;
}

async function run(
  name: string,
  fleet: FleetFile,
  expected: number,
  printer: Printer,
): Promise<boolean> {
  const file = join(FOLDER, `${name}.json`);
  const report = join(FOLDER, `${name}.html`);
  await writeFile(file, JSON.stringify(fleet, null, 2));
  const { exitCode, stdout, stderr } = await audienceAuth(['replay', file, '--html', report]);
  const [matrix = ''] = stdout.split('\n\n');
  printer.lines(matrix === '' ? stderr : matrix);
  const shown = [file, report].map((path) => relative('.', path));
  printer.verdict(
    `exit code ${exitCode}: ${MEANINGS[exitCode] ?? 'no run'}`,
    exitCode === expected,
    `what it was given: ${shown[0]}; the report, to be read in a browser: ${shown[1]}`,
  );
  return exitCode === expected;
}

const MEANINGS: Readonly<Record<number, string>> = {
  0: 'closed',
  1: 'a token crossed over',
  2: 'a service could not be judged',
};
