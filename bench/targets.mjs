import { FAST_JWT_CACHED, OURS, OURS_CACHED } from './contenders.mjs';
import { number, ratio } from './format.mjs';
import { COLD, DOCUMENTED, WARM } from './http/applications.mjs';
import { rendered } from './markdown.mjs';

/**
 * What is to be reached, and where it is found in the data of the sections; nothing, where that was not measured. All of
 * it is processor time, the steadier figure where others use the machine too.
 */
const TARGETS = [
  ...Object.entries({ RS256: 0.88, ES256: 0.94, EdDSA: 0.97 }).map(([algorithm, least]) => ({
    what: `new token, ${algorithm}, of bare \`crypto.verify\``,
    least,
    found: ({ functions }) => functions?.results[algorithm][OURS].cpu.ofFloor.median,
  })),
  {
    what: "token seen before, against fast-jwt's cache",
    least: 1.6,
    found({ functions }) {
      const rows = functions?.results.RS256;
      return (
        rows && rows[OURS_CACHED].cpu.ofFloor.median / rows[FAST_JWT_CACHED].cpu.ofFloor.median
      );
    },
  },
  {
    what: 'token seen before, against bare RS256',
    least: 12,
    found: ({ functions }) => functions?.results.RS256[OURS_CACHED].cpu.ofFloor.median,
  },
  ...Object.entries({
    Express: { warm: 0.9, recipe: 3.2, cold: 0.66 },
    Fastify: { warm: 0.82, recipe: 7.5, cold: 0.4 },
  }).flatMap(([platform, { warm, recipe, cold }]) => {
    const row = (name, http) => http?.results[`Nest on ${platform}`][name].ofNoAuth.cpu.median;
    return [
      {
        what: `Nest on ${platform}, tokens seen before, of no auth`,
        least: warm,
        found: ({ http }) => row(WARM, http),
      },
      {
        what: `Nest on ${platform}, tokens seen before, against the documented recipe`,
        least: recipe,
        found: ({ http }) => http && row(WARM, http) / row(DOCUMENTED, http),
      },
      {
        what: `Nest on ${platform}, every token new, of no auth`,
        least: cold,
        found: ({ http }) => row(COLD, http),
      },
    ];
  }),
  ...['audiences', 'issuers'].map((name) => ({
    what: `growth with ${name}, last size × first`,
    most: 1.1,
    found: ({ growth }) => growth?.results[name]['this library'].timesFirst.median,
  })),
  {
    what: 'bytes of heap per cached token, of 100,000',
    most: 800,
    found: ({ memory }) => memory?.['this library'][100_000],
  },
];

/** Targets and what was reached. They were set for Node 20; with others, Express weighs differently. */
export function targetTable(sections) {
  const data = Object.fromEntries(
    Object.entries(sections).map(([name, section]) => [name, section.data]),
  );
  const rows = TARGETS.map(({ what, least, most, found }) => {
    const value = found(data);
    const spelled = (each) => (each > 100 ? number(each) : ratio(each));
    const bound = least === undefined ? `≤ ${spelled(most)}` : `≥ ${spelled(least)}`;
    if (value === undefined) return [what, bound, 'not measured', ''];
    const isReached = least === undefined ? value <= most : value >= least;
    return [what, bound, spelled(value), isReached ? 'yes' : 'no'];
  });
  return rendered([
    {
      caption: 'Targets, set for Node 20 (medians of ratios of processor time)',
      head: ['what', 'target', 'measured', 'reached'],
      rows,
    },
  ]);
}
