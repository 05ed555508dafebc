import { number } from './format.mjs';
import { FLOORS, NO_AUTH } from './http/applications.mjs';

const WIDTH = 760;
const BAR_LEFT = 300;
const BAR_RIGHT = 640;
const ROW = 24;

/** The applications of one platform, beside each other whoever made them. */
const PANELS = { Express: ['Nest on Express', 'Express'], Fastify: ['Nest on Fastify', 'Fastify'] };

/** They explain the table rather than compete in it. */
const LEFT_OUT = Object.values(FLOORS);

/**
 * The table of applications over HTTP as a picture: processor time per request, the application's own and what
 * authorization adds. Legible on light and dark pages.
 *
 * @returns an SVG; nothing, if no application was measured
 */
export function chart(results) {
  const measured = Object.values(results).filter(({ sections }) => sections.http);
  if (measured.length === 0) return undefined;
  const parts = [];
  let top = 84;
  for (const { node, sections } of measured) {
    for (const [platform, groups] of Object.entries(PANELS)) {
      const rows = groups.flatMap((group) => rowsOf(group, sections.http.data.results[group]));
      parts.push(text(16, top, `${platform}, Node ${node}`, 'heading'));
      parts.push(...bars(rows, top + 12));
      top += rows.length * ROW + 48;
    }
  }
  return svg(top, [
    text(16, 28, 'Processor time per request, µs', 'title'),
    ...legend(46),
    ...parts,
  ]);
}

function rowsOf(group, row) {
  return Object.entries(row)
    .filter(([name]) => !LEFT_OUT.includes(name) && (name !== NO_AUTH || group.startsWith('Nest')))
    .map(([name, { cpu, authCpu }]) => {
      const added = Math.max(0, authCpu);
      const isOurs = name.startsWith('this library');
      const label = group.startsWith('Nest') ? name : `${name} (no Nest)`;
      return { label, own: cpu - added, added, isOurs, isOpen: name === NO_AUTH };
    });
}

function bars(rows, top) {
  const scale = (BAR_RIGHT - BAR_LEFT) / Math.max(...rows.map(({ own, added }) => own + added));
  return rows.flatMap(({ label, own, added, isOurs, isOpen }, index) => {
    const y = top + index * ROW;
    const [width, more] = [own * scale, added * scale];
    const figure = isOpen ? number(own) : `${number(own)} + ${number(added)}`;
    return [
      text(BAR_LEFT - 10, y + 15, label, isOurs ? 'label ours-text' : 'label'),
      rect(BAR_LEFT, y + 3, width, 'own'),
      rect(BAR_LEFT + width, y + 3, more, isOurs ? 'ours' : 'others'),
      text(BAR_LEFT + width + more + 8, y + 15, figure, 'figure'),
    ];
  });
}

function legend(y) {
  const entries = [
    ['own', 'the application itself'],
    ['ours', 'authorization by this library'],
    ['others', 'authorization by others'],
  ];
  return entries.flatMap(([style, words], index) => [
    `<rect class="${style}" x="${16 + index * 220}" y="${y - 9}" width="12" height="12" rx="2"/>`,
    text(34 + index * 220, y + 1, words, 'figure'),
  ]);
}

function rect(x, y, width, style) {
  return `<rect class="${style}" x="${x.toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="16"/>`;
}

function text(x, y, words, style) {
  const escaped = words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text class="${style}" x="${Math.round(x)}" y="${y}">${escaped}</text>`;
}

function svg(height, parts) {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">
<title>Processor time per request, with and without authorization</title>
<style>
  text { font: 13px system-ui, sans-serif; fill: #1f2328; }
  .title { font-size: 16px; font-weight: 600; }
  .heading { font-weight: 600; }
  .label { text-anchor: end; }
  .ours-text { font-weight: 600; }
  .own { fill: #afb8c1; }
  .ours { fill: #1a7f37; }
  .others { fill: #bc4c00; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .own { fill: #656d76; }
    .ours { fill: #3fb950; }
    .others { fill: #f0883e; }
  }
</style>
${parts.join('\n')}
</svg>
`;
}
