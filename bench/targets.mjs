import { FAST_JWT_CACHED, OURS, OURS_CACHED } from './contenders.mjs';
import { number, ratio } from './format.mjs';
import { COLD, DOCUMENTED, WARM } from './http/applications.mjs';
import { rendered } from './markdown.mjs';

/** By the clock, as the targets were set, and by processor time, the steadier figure where others use the machine too. */
const METERS = { clock: 'perSecond', cpu: 'cpu' };

/** One figure by each meter. */
function byEach(figure) {
  return Object.fromEntries(
    Object.keys(METERS).map((meter) => [meter, figure(meter, METERS[meter])]),
  );
}

/** What is to be reached, and where it is found in the data of the sections; nothing, where that was not measured. */
const TARGETS = [
  ...Object.entries({ RS256: 0.88, ES256: 0.94, EdDSA: 0.97 }).map(([algorithm, least]) => ({
    what: `new token, ${algorithm}, of bare \`crypto.verify\``,
    least,
    found: ({ functions }) =>
      functions && byEach((meter) => functions.results[algorithm][OURS][meter].ofFloor.median),
  })),
  {
    what: "token seen before, against fast-jwt's cache",
    least: 1.6,
    found({ functions }) {
      const rows = functions?.results.RS256;
      const value = (name, meter) => rows[name][meter].ofFloor.median;
      return rows && byEach((meter) => value(OURS_CACHED, meter) / value(FAST_JWT_CACHED, meter));
    },
  },
  {
    what: 'token seen before, against bare RS256',
    least: 12,
    found: ({ functions }) =>
      functions && byEach((meter) => functions.results.RS256[OURS_CACHED][meter].ofFloor.median),
  },
  ...Object.entries({
    Express: { warm: 0.9, recipe: 3.2, cold: 0.66 },
    Fastify: { warm: 0.82, recipe: 7.5, cold: 0.4 },
  }).flatMap(([platform, { warm, recipe, cold }]) => {
    const ofNoAuth = (http, name, meter) =>
      http.results[`Nest on ${platform}`][name].ofNoAuth[meter].median;
    return [
      {
        what: `Nest on ${platform}, tokens seen before, of no auth`,
        least: warm,
        found: ({ http }) => http && byEach((_, meter) => ofNoAuth(http, WARM, meter)),
      },
      {
        what: `Nest on ${platform}, tokens seen before, against the documented recipe`,
        least: recipe,
        found: ({ http }) =>
          http &&
          byEach((_, meter) => ofNoAuth(http, WARM, meter) / ofNoAuth(http, DOCUMENTED, meter)),
      },
      {
        what: `Nest on ${platform}, every token new, of no auth`,
        least: cold,
        found: ({ http }) => http && byEach((_, meter) => ofNoAuth(http, COLD, meter)),
      },
    ];
  }),
  ...['audiences', 'issuers'].map((name) => ({
    what: `growth with ${name}, last size × first`,
    most: 1.1,
    found: ({ growth }) =>
      growth && { cpu: growth.results[name]['this library'].timesFirst.median },
  })),
  {
    what: 'bytes of heap per cached token, of 100,000',
    most: 800,
    found: ({ memory }) => memory && { heap: memory['this library'][100_000] },
  },
];

/** Targets and what was reached. They were set for Node 20; with others, Express weighs differently. */
export function targetTable(sections) {
  const data = Object.fromEntries(
    Object.entries(sections).map(([name, section]) => [name, section.data]),
  );
  const rows = TARGETS.map(({ what, least, most, found }) => {
    const values = found(data);
    const bound = least === undefined ? `≤ ${spelled(most)}` : `≥ ${spelled(least)}`;
    if (values === undefined) return [what, bound, 'not measured', ''];
    const isReached = (value) => (least === undefined ? value <= most : value >= least);
    const cell = (value) =>
      value === undefined ? '' : `${spelled(value)} ${isReached(value) ? '✓' : '✗'}`;
    return [what, bound, cell(values.clock ?? values.heap), cell(values.cpu)];
  });
  return rendered([
    {
      caption: 'Targets, set for Node 20: medians of ratios; ✓ reached, ✗ not',
      head: ['what', 'target', 'measured', 'by processor time'],
      rows,
    },
  ]);
}

function spelled(value) {
  return value > 100 ? number(value) : ratio(value);
}
