import type { Finding } from '../findings.js';
import { html, Html } from './html.js';
import { STYLE } from './style.js';

/** What stands at the top of a report, and what follows it. */
export interface Page {
  /** The command that made it. */
  readonly command: string;
  /** What it comes to, in one sentence. */
  readonly headline: string;
  readonly level: Finding['level'];
  /** What was looked at. */
  readonly lead: string;
  readonly madeAt: Date;
  readonly sections: readonly Html[];
}

/** One page that needs nothing else: no script, no font, no picture from anywhere, and no request leaves it. */
export function page({ command, headline, level, lead, madeAt, sections }: Page): string {
  const time = madeAt.toISOString();
  const { text } = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
        />
        <title>${headline} – audience-auth ${command}</title>
        <style>
          ${new Html(STYLE)}
        </style>
      </head>
      <body>
        <header class="${level}">
          <p class="command">audience-auth ${command}</p>
          <h1>${headline}</h1>
          <p class="lead">${lead}</p>
          <p class="made">
            <time datetime="${time}">${time.slice(0, 16).replace('T', ' ')} UTC</time>
          </p>
        </header>
        <main>${sections}</main>
        <footer><p>No token and no secret is in this report.</p></footer>
      </body>
    </html> `;
  return text;
}

/** A section of its own, with a heading. */
export function section(id: string, title: string, ...content: readonly Html[]): Html {
  return html`<section id="${id}" aria-labelledby="${id}-title">
    <h2 id="${id}-title">${title}</h2>
    ${content}
  </section> `;
}

/** What was found out, and what to do about it. */
export function findingsSection(findings: readonly Finding[]): Html {
  const items = findings.map(
    ({ level, title, detail, remedy }) =>
      html`<li class="${level}">
        <p class="level">${LEVELS[level]}</p>
        <h3>${title}</h3>
        ${detail === undefined ? undefined : html`<p class="detail">${detail}</p> `}${
          remedy === undefined
            ? undefined
            : html`<p class="remedy"><span>To mend:</span> ${remedy}</p> `
        }
      </li> `,
  );
  return section(
    'findings',
    'Findings',
    html`<ul class="findings">
      ${items}
    </ul> `,
  );
}

/** By word, and not by colour alone; ✗ and ! stand for the verdicts on a token. */
const LEVELS = { problem: 'Problem', warning: 'Warning', ok: 'In order' } as const;
