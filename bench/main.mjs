import { parseArgs } from 'node:util';
import { progress } from './progress.mjs';
import { rendered } from './markdown.mjs';
import { record } from './results.mjs';
import { SECTIONS } from './sections.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false } },
});
const unknown = positionals.filter((name) => !(name in SECTIONS));
if (unknown.length > 0) {
  console.error(
    `There is no section ${unknown.join(', ')}; there are ${Object.keys(SECTIONS).join(', ')}.`,
  );
  process.exit(2);
}

const { quick } = values;
for (const [name, section] of Object.entries(SECTIONS)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  console.log(`\n# ${section.title}\n`);
  const data = await section.run({ quick, progress });
  progress('done');
  if (!quick) await record(name, data);
  console.log(`\n${rendered(section.tables(data))}`);
}
console.log(
  quick
    ? '\nA first look; nothing is written.'
    : '\nWritten to bench/results.json and bench/RESULTS.md.',
);
