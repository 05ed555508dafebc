// Writes docs/replay-matrix.svg from a run of audience-auth replay over the built sample.
//
//   node docs/generate-pictures.mjs           writes the file
//   node docs/generate-pictures.mjs --check   fails if the file is not what would be written
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { System } from '../dist/sample/processes/system.js';
import { audienceAuth } from '../dist/sample/replay/audience-auth.js';
import { withTheTutorials } from '../dist/sample/replay/fleets.js';
import { matrixPicture } from './matrix-picture.mjs';

const path = fileURLToPath(new URL('replay-matrix.svg', import.meta.url));
const wanted = matrixPicture(await report());

if (process.argv.includes('--check')) {
  const found = await readFile(path, 'utf8').catch(() => '');
  if (found !== wanted) {
    console.error('docs/replay-matrix.svg is not what a run over the sample looks like now.');
    console.error('Build, and run: node docs/generate-pictures.mjs');
    process.exitCode = 1;
  }
} else {
  await writeFile(path, wanted);
}

async function report() {
  const folder = await mkdtemp(join(tmpdir(), 'replay-'));
  const system = await System.start(undefined, false);
  try {
    const file = join(folder, 'fleet.json');
    await writeFile(file, JSON.stringify(withTheTutorials(system.addresses)));
    const { stdout, stderr } = await audienceAuth(['replay', file, '--json']);
    if (stdout === '') throw new Error(`There is no report:\n${stderr}`);
    return JSON.parse(stdout);
  } finally {
    await system.stop();
    await rm(folder, { recursive: true });
  }
}
