import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { cpus, totalmem, type as system } from 'node:os';
import { chart } from './chart.mjs';
import { rendered } from './markdown.mjs';
import { SECTIONS } from './sections.mjs';
import { targetTable } from './targets.mjs';

const DATA = new URL('results.json', import.meta.url);
const DOCUMENT = new URL('RESULTS.md', import.meta.url);
const CHART = new URL('../docs/bench.svg', import.meta.url);
const PAGE = new URL('../docs/performance.md', import.meta.url);

/** Whose versions matter to a figure. */
const PACKAGES = [
  '@nestjs/core',
  'express',
  'fastify',
  'passport-jwt',
  'jwks-rsa',
  'jsonwebtoken',
  'jose',
  'fast-jwt',
  'aws-jwt-verify',
  'express-oauth2-jwt-bearer',
  '@fastify/jwt',
  'get-jwks',
  '@modelcontextprotocol/sdk',
  'mitata',
  'autocannon',
];

const major = process.versions.node.split('.')[0];

/** All that has been measured, by the major version of Node. */
export async function readResults() {
  try {
    return JSON.parse(await readFile(DATA, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return {};
    throw error;
  }
}

/** Puts what a section found in the place of what it found before with this Node, and writes everything anew. */
export async function record(name, data) {
  const results = await readResults();
  const before = results[major] ?? { sections: {} };
  const date = new Date().toISOString().slice(0, 10);
  results[major] = {
    ...before,
    node: process.versions.node,
    machine: machine(),
    packages: Object.fromEntries(PACKAGES.map((each) => [each, versionOf(each)])),
    sections: { ...before.sections, [name]: { date, data } },
  };
  await writeFile(DATA, `${JSON.stringify(results, null, 1)}\n`);
  await writeFile(DOCUMENT, document(results));
  await insertTargets(results);
  const picture = chart(results);
  if (picture !== undefined) await writeFile(CHART, picture);
}

/** Between the marks of the page that explains them. */
async function insertTargets(results) {
  const page = await readFile(PAGE, 'utf8');
  const tables = Object.values(results).map(
    ({ node, sections }) => `### Node ${node}\n\n${targetTable(sections)}`,
  );
  const marked = /(?<=<!-- targets -->\n).*(?=<!-- end -->)/s;
  await writeFile(
    PAGE,
    page.replace(marked, () => `\n${tables.join('\n\n')}\n\n`),
  );
}

function document(results) {
  const nodes = Object.values(results).map(
    ({ node, machine: where, packages, sections }) =>
      `## Node ${node}\n\n${where}; ${versions(packages)}.\n\n` +
      [targetTable(sections), ...chapters(sections)].join('\n\n'),
  );
  return (
    '# Results of the benchmarks\n\n' +
    'Written by `npm run bench`. How it is measured, and what to make of it: [docs/performance.md](../docs/performance.md).\n\n' +
    `${nodes.join('\n\n')}\n`
  );
}

function chapters(sections) {
  return Object.entries(SECTIONS)
    .filter(([name]) => name in sections)
    .map(([name, section]) => {
      const { date, data } = sections[name];
      return `### ${section.title}\n\n${date}.\n\n${rendered(section.tables(data))}`;
    });
}

function machine() {
  const [cpu] = cpus();
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} × ${cpu.model.trim()}, ${gigabytes} GB, ${system()}`;
}

function versions(packages) {
  return Object.entries(packages)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ');
}

function versionOf(name) {
  const require = createRequire(import.meta.url);
  const paths = require.resolve.paths(name).map((path) => `${path}/${name}/package.json`);
  for (const path of paths) {
    try {
      return require(path).version;
    } catch {
      // Not here; perhaps further up.
    }
  }
  throw new Error(`${name} is not installed.`);
}
