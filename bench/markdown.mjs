/** Tables in Markdown, which can be read in a terminal too. */
export function rendered(tables) {
  return tables
    .map(({ caption, head, rows }) => `${caption}.\n\n${markdown([head, ...rows])}`)
    .join('\n\n');
}

function markdown([head, ...rows]) {
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((row) => row[column].length)),
  );
  const line = (cells) =>
    `| ${cells.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]) : cell.padStart(widths[at]))).join(' | ')} |`;
  const rule = `| ${widths.map((width, at) => '-'.repeat(at === 0 ? width : width - 1) + (at === 0 ? '' : ':')).join(' | ')} |`;
  return [line(head), rule, ...rows.map(line)].join('\n');
}
