import { FAST_JWT_CACHED, OURS, OURS_CACHED } from './contenders.mjs';
import { ratio } from './format.mjs';
import { rendered } from './markdown.mjs';

/** What is to be reached, and where in the results it is found. */
const TARGETS = [
  ...Object.entries({ RS256: 0.88, ES256: 0.94, EdDSA: 0.97 }).map(([algorithm, least]) => ({
    what: `uncached ${algorithm}, of bare \`crypto.verify\``,
    least,
    found: ({ functions }) => functions?.results[algorithm][OURS].cpu.ofFloor.median,
  })),
  {
    what: "cached hit, against fast-jwt's",
    least: 1.6,
    found: ({ functions }) => {
      const rows = functions?.results.RS256;
      return (
        rows && rows[OURS_CACHED].cpu.ofFloor.median / rows[FAST_JWT_CACHED].cpu.ofFloor.median
      );
    },
  },
  {
    what: 'cached hit, against bare RS256',
    least: 12,
    found: ({ functions }) => functions?.results.RS256[OURS_CACHED].cpu.ofFloor.median,
  },
];

/** Targets and what was reached, as far as it was measured. */
export function targetTable(sections) {
  const data = Object.fromEntries(
    Object.entries(sections).map(([name, section]) => [name, section.data]),
  );
  const rows = TARGETS.map(({ what, least, most, found }) => {
    const value = found(data);
    const bound = least === undefined ? `≤ ${most}` : `≥ ${ratio(least)}`;
    if (value === undefined) return [what, bound, 'not measured', ''];
    const isReached = least === undefined ? value <= most : value >= least;
    return [
      what,
      bound,
      least === undefined ? String(Math.round(value)) : ratio(value),
      isReached ? 'yes' : 'no',
    ];
  });
  return rendered([
    {
      caption: 'Targets (medians of ratios of CPU, unless said otherwise)',
      head: ['what', 'target', 'measured', 'reached'],
      rows,
    },
  ]);
}
