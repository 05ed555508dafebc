import { html, type Html } from '../report/html.js';
import { findingsSection, page, section } from '../report/page.js';
import { SIGNS } from './replay-text.js';
import { grouped, wordsFor } from './evidence.js';
import { NOTES } from './notes.js';
import type { ReplayReport } from './replay-report.js';
import { rowsOf, type Square } from './rows.js';

/** A run as one page. */
export function replayPage(report: ReplayReport, madeAt: Date): string {
  const { verdict, services, tokens, cells, findings } = report;
  const level = { closed: 'ok', crossed: 'problem', 'not judged': 'warning' } as const;
  return page({
    command: 'replay',
    headline: HEADLINES[verdict],
    level: level[verdict],
    lead: `${services.length} services, ${tokens.length} tokens, ${cells.length} answers. ${LEADS[verdict]}`,
    madeAt,
    sections: [matrix(report), findingsSection(findings), evidenceSection(report)],
  });
}

const HEADLINES = {
  closed: 'The fleet is closed',
  crossed: 'A token crossed over',
  'not judged': 'The fleet could not be judged',
} as const;

const LEADS = {
  closed: 'Every service lets in what is for it, and nothing else.',
  crossed: 'At least one service lets in what is not for it.',
  'not judged': 'Nothing crossed over, and what was seen does not prove that nothing can.',
} as const;

const CLASSES = { 'let in': 'in', refused: 'out', crossed: 'over', 'not judged': 'open' } as const;

function matrix(report: ReplayReport): Html {
  const heads = report.services.map(({ name }) => html`<th scope="col"><span>${name}</span></th>`);
  const rows = rowsOf(report).map(
    ({ name, squares }) =>
      html`<tr>
        <th scope="row">${name}</th>
        ${squares.map(cell)}
      </tr> `,
  );
  return section(
    'matrix',
    'Every token at every service',
    html`<div class="scroll" role="region" aria-labelledby="matrix-title" tabindex="0">
        <table class="matrix">
          <caption>
            A frame shows where a token belongs.
          </caption>
          <thead>
            <tr>
              <td>token</td>
              ${heads}
            </tr>
          </thead>
          <tbody>
            ${rows}
          </tbody>
        </table>
      </div>
      <ul class="legend" aria-label="Signs">
        ${LEGEND.map(
          ([verdict, words]) =>
            html`<li>
              <span class="cell ${CLASSES[verdict]}" aria-hidden="true">${SIGNS[verdict]}</span>
              ${words}
            </li> `,
        )}
      </ul> `,
  );
}

const LEGEND = [
  ['let in', 'let in, and should be'],
  ['refused', 'refused, and should be'],
  ['crossed', 'let in, and should not be'],
  ['not judged', 'not judged'],
] as const;

function cell(square: Square | undefined): Html {
  if (square === undefined) return html`<td><span class="cell">–</span></td>`;
  const { verdict, expected, label } = square;
  const belongs = expected === 'let in' ? 'belongs' : '';
  return html`<td class="${belongs}">
    <span class="cell ${CLASSES[verdict]}"
      ><span aria-hidden="true">${SIGNS[verdict]}</span><span class="spoken">${verdict}, </span
      ><small>${label}</small></span
    >
  </td>`;
}

function evidenceSection({ services, cells }: ReplayReport): Html {
  const parts = services.map(({ name, url, method, audience }) => {
    const groups = grouped(cells.filter(({ service }) => service === name));
    return html`<div class="service">
      <h3>${name}</h3>
      <p><code>${method} ${url}</code></p>
      ${audience === undefined ? undefined : html`<p>audience <code>${audience}</code></p> `}
      <ul class="evidence" aria-label="Evidence for ${name}">
        ${groups.map(line)}
      </ul>
    </div> `;
  });
  return section('evidence', 'Evidence', ...parts);
}

function line({ evidence, tokens }: ReturnType<typeof grouped>[number]): Html {
  const { verdict, note, challenge } = evidence;
  const words = [verdict, wordsFor(evidence)].filter((each) => each !== '').join(': ');
  return html`<li>
    <span class="sign ${CLASSES[verdict]}" aria-hidden="true">${SIGNS[verdict]}</span>
    <ul>
      ${tokens.length > 6 ? html`<li class="many">${tokens.join('; ')}</li>` : tokens.map((each) => html`<li>${each}</li>`)}
    </ul>
    <p class="why">
      <span>${words}</span
      >${note === undefined ? undefined : html`<span>${note}: ${NOTES[note].says}</span>`}${challenge === undefined ? undefined : html`<code>${challenge}</code>`}
    </p>
  </li> `;
}
