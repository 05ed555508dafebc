// Draws the matrix of a report of audience-auth replay as SVG, for the README: by day and by night, without a script.

const SIGNS = { 'let in': '✓', refused: '✗', crossed: '!', 'not judged': '?' };
const CLASSES = { 'let in': 'in', refused: 'out', crossed: 'over', 'not judged': 'open' };

const ROW_HEADS = 244;
const COLUMN_HEADS = 58;
const CELL = { width: 104, height: 50, gap: 6 };
const LEGEND = 46;

const STYLE = `
  text { font-family: system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif; font-size: 15px; fill: #1c2128; }
  .paper { fill: #fbfaf7; }
  .quiet { fill: #59606c; font-size: 13px; }
  .sign { font-size: 19px; font-weight: 700; }
  .status { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: 12px; }
  .in rect { fill: #e2f1e6; } .in text { fill: #1d6a3c; }
  .out rect { fill: #eeece6; } .out text { fill: #4d535d; }
  .over rect { fill: #ad2118; } .over text { fill: #ffffff; }
  .open rect { fill: #fdf1d0; } .open text { fill: #7a5100; }
  .in .frame { fill: none; stroke: #1d6a3c; stroke-width: 2; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e8e6e1; }
    .paper { fill: #14161a; }
    .quiet { fill: #a4a9b3; }
    .in rect { fill: #1a3325; } .in text { fill: #86d3a0; }
    .out rect { fill: #262a31; } .out text { fill: #b5bac4; }
    .over rect { fill: #ff8a7d; } .over text { fill: #2b0703; }
    .open rect { fill: #3a2d0f; } .open text { fill: #f2c766; }
    .in .frame { fill: none; stroke: #86d3a0; }
  }`;

/** @param {{ services: { name: string }[], tokens: { name: string }[], cells: { token: string, service: string, verdict: string, status?: number }[] }} report */
export function matrixPicture({ services, tokens, cells }) {
  const margin = 22;
  const width = 2 * margin + ROW_HEADS + services.length * (CELL.width + CELL.gap);
  const height = 2 * margin + COLUMN_HEADS + tokens.length * (CELL.height + CELL.gap) + LEGEND;
  const left = (column) => margin + ROW_HEADS + column * (CELL.width + CELL.gap);
  const top = (row) => margin + COLUMN_HEADS + row * (CELL.height + CELL.gap);
  const heads = services.flatMap(({ name }, column) =>
    linesOf(name).map((line, index, all) => {
      const y = margin + COLUMN_HEADS - 12 - 18 * (all.length - 1 - index);
      return `<text x="${left(column) + CELL.width / 2}" y="${y}" text-anchor="middle">${escaped(line)}</text>`;
    }),
  );
  const rows = tokens.flatMap(({ name }, row) => [
    `<text x="${margin}" y="${top(row) + CELL.height / 2 + 5}">${escaped(name)}</text>`,
    ...services.map((service, column) => {
      const cell = cells.find((each) => each.token === name && each.service === service.name);
      return square(cell, left(column), top(row));
    }),
  ]);
  const legend = `<text class="quiet" x="${margin}" y="${height - margin}">✓ let in, and should be  ·  ✗ refused, and should be  ·  ! let in, and should not be</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title words">
<title id="title">What audience-auth replay finds in the sample</title>
<desc id="words">${escaped(inWords(services, cells))}</desc>
<style>${STYLE}
</style>
<rect class="paper" width="${width}" height="${height}" rx="14"/>
${[...heads, ...rows, legend].join('\n')}
</svg>
`;
}

function square({ verdict, status }, x, y) {
  const middle = x + CELL.width / 2;
  const box = `x="${x}" y="${y}" width="${CELL.width}" height="${CELL.height}" rx="9"`;
  const frame =
    verdict === 'let in'
      ? `<rect class="frame" x="${x + 1}" y="${y + 1}" width="${CELL.width - 2}" height="${CELL.height - 2}" rx="8"/>`
      : '';
  return `<g class="${CLASSES[verdict]}"><rect ${box}/>${frame}<text class="sign" x="${middle}" y="${y + 24}" text-anchor="middle">${SIGNS[verdict]}</text><text class="status" x="${middle}" y="${y + 41}" text-anchor="middle">${status ?? 'none'}</text></g>`;
}

/** In two lines, if it is long. */
function linesOf(name) {
  const at = name.length > 13 ? name.indexOf(' ') : -1;
  return at === -1 ? [name] : [name.slice(0, at), name.slice(at + 1)];
}

function inWords(services, cells) {
  return services
    .map(({ name }) => {
      const crossed = cells.filter((cell) => cell.service === name && cell.verdict === 'crossed');
      const tokens = crossed.map(({ token }) => `the ${token}`).join(' and ');
      return crossed.length === 0
        ? `${name} lets in only what is for it.`
        : `${name} also lets in ${tokens}.`;
    })
    .join(' ');
}

function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
