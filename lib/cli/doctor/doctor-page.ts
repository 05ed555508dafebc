import { worstOf } from '../findings.js';
import { html, Html } from '../report/html.js';
import { findingsSection, page, section } from '../report/page.js';
import { headingFor, HEADLINES, HOW_TO_GET_OPTIONS } from './doctor-text.js';
import type { Examination } from './examination.js';

/** An examination as one page. */
export function examinationPage(examination: Examination, madeAt: Date): string {
  const { issuer, findings, services } = examination;
  const level = worstOf(findings);
  return page({
    command: 'doctor',
    headline: HEADLINES[level],
    level,
    lead: issuer,
    madeAt,
    sections: [
      findingsSection(findings),
      section(
        'options',
        'Options for forRoot',
        ...(services.length === 0 ? [html`<p>${HOW_TO_GET_OPTIONS}</p>`] : []),
        ...services.map(
          ({ forRoot, proven }) =>
            html`<h3>${headingFor(proven, examination)}</h3>
              <pre><code>${linesOf(forRoot)}</code></pre> `,
        ),
      ),
    ],
  });
}

/** Text keeps no line breaks when it is made into HTML. */
const LINE_BREAK = new Html('\n');

function linesOf(text: string): Html[] {
  return text.split('\n').map((line) => html`${line}${LINE_BREAK}`);
}
