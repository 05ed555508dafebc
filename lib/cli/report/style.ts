/** How a report looks: on paper, on a phone and on a desk, by day and by night. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #fbfaf7; --card: #ffffff; --ink: #1c2128; --quiet: #59606c; --line: #dfdcd3;
  --ok: #1d6a3c; --ok-tint: #e2f1e6; --no: #4d535d; --no-tint: #eeece6;
  --bad: #ad2118; --bad-ink: #ffffff; --doubt: #7a5100; --doubt-tint: #fdf1d0;
  --serif: 'Iowan Old Style', Charter, 'Palatino Linotype', Palatino, Georgia, 'DejaVu Serif', serif;
  --sans: system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif;
  --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14161a; --card: #1c1f25; --ink: #e8e6e1; --quiet: #a4a9b3; --line: #343942;
    --ok: #86d3a0; --ok-tint: #1a3325; --no: #b5bac4; --no-tint: #262a31;
    --bad: #ff8a7d; --bad-ink: #2b0703; --doubt: #f2c766; --doubt-tint: #3a2d0f;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0 auto; padding: 3.5rem 1.25rem 2rem; max-width: 60rem;
  background: var(--paper); color: var(--ink);
  font: 1rem/1.6 var(--sans); overflow-wrap: break-word;
}
h1, h2, h3, p, ul { margin: 0; padding: 0; }
ul { list-style: none; }
h1 { font: 600 clamp(1.9rem, 1.4rem + 2.6vw, 3rem)/1.15 var(--serif); letter-spacing: -0.01em; text-wrap: balance; }
h2 { font: 600 1.45rem/1.3 var(--serif); margin-bottom: 1.1rem; }
h3 { font: 600 1.05rem/1.4 var(--sans); }
code { font: 0.86em/1.5 var(--mono); overflow-wrap: anywhere; }
section { margin-top: 3.5rem; }

header { border-left: 0.4rem solid var(--ok); padding-left: 1.25rem; }
header.problem { border-color: var(--bad); }
header.warning { border-color: var(--doubt); border-left-style: double; }
.command { font: 0.86rem/1.5 var(--mono); color: var(--quiet); margin-bottom: 0.6rem; }
.lead { margin-top: 0.9rem; font-size: 1.1rem; max-width: 42rem; }
.made { margin-top: 0.3rem; color: var(--quiet); font-size: 0.9rem; }

.legend { display: flex; flex-wrap: wrap; gap: 0.6rem 1.4rem; margin-top: 1.2rem; color: var(--quiet); font-size: 0.9rem; }
.legend li { display: flex; align-items: center; gap: 0.5rem; }
.legend .cell { width: 1.9rem; height: 1.9rem; font-size: 0.95rem; }

.scroll { position: relative; overflow-x: auto; margin-inline: -0.3rem; }
.matrix { border-collapse: separate; border-spacing: 0.3rem; }
.matrix caption { text-align: left; color: var(--quiet); padding: 0 0.3rem 0.8rem; }
.matrix th { font-weight: 500; font-size: 0.95rem; line-height: 1.3; text-align: left; }
.matrix thead th { vertical-align: bottom; text-align: center; padding: 0 0.2rem 0.3rem; width: 6.5rem; max-width: 8rem; }
.matrix thead td { vertical-align: bottom; color: var(--quiet); font-size: 0.86rem; padding: 0 0.9rem 0.3rem 0; }
.matrix tbody th { padding-right: 0.9rem; max-width: 15rem; min-width: 6.5rem; }
.matrix tbody th, .matrix thead td { position: sticky; left: 0; background: var(--paper); }
.matrix tbody td { padding: 0; }
.cell {
  display: flex; flex-direction: column; align-items: center; justify-content: center;
  width: 100%; min-width: 5.2rem; height: 3.6rem; border-radius: 0.5rem;
  font-size: 1.25rem; font-weight: 700; line-height: 1.15;
}
.legend .cell { min-width: 0; }
.cell small { font: 0.78rem/1.2 var(--mono); }
.in { background: var(--ok-tint); color: var(--ok); }
.out { background: var(--no-tint); color: var(--no); }
.over { background: var(--bad); color: var(--bad-ink); }
.open { background: var(--doubt-tint); color: var(--doubt); outline: 2px dashed currentColor; outline-offset: -2px; }
.belongs .cell:not(.over) { box-shadow: inset 0 0 0 2px currentColor; }
.belongs .open { box-shadow: none; }
.spoken { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

.findings { display: grid; gap: 0.9rem; }
.findings li { min-width: 0; overflow-wrap: anywhere; background: var(--card); border: 1px solid var(--line); border-radius: 0.6rem; padding: 1.05rem 1.25rem 1.15rem; }
.findings .problem { border-left: 0.4rem solid var(--bad); }
.findings .warning { border-left: 0.4rem double var(--doubt); }
.level { font-size: 0.86rem; font-weight: 700; color: var(--ok); margin-bottom: 0.15rem; }
.problem .level { color: var(--bad); }
.warning .level { color: var(--doubt); }
.findings .ok { display: grid; grid-template-columns: auto 1fr; gap: 0 0.8rem; align-items: baseline; padding-block: 0.6rem; }
.findings .ok h3 { font-weight: 400; font-size: 1rem; }
.detail { margin-top: 0.35rem; color: var(--quiet); font-size: 0.95rem; }
.remedy { margin-top: 0.55rem; }
.remedy span { font-weight: 600; }

.service { margin-top: 2rem; }
.service > p { color: var(--quiet); }
.evidence { margin-top: 0.7rem; border-top: 1px solid var(--line); }
.evidence > li { display: grid; grid-template-columns: 1.6rem minmax(9rem, 16rem) 1fr; gap: 0.1rem 0.7rem; padding: 0.55rem 0; border-bottom: 1px solid var(--line); }
.sign { font-weight: 700; text-align: center; border-radius: 0.3rem; height: 1.6rem; }
.many { font-size: 0.86rem; color: var(--quiet); }
.why > * { display: block; }
.why code { color: var(--quiet); }
pre { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: 0.6rem; padding: 1rem 1.25rem; font: 0.88rem/1.55 var(--mono); }
footer { margin-top: 4rem; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--quiet); font-size: 0.9rem; }

@media (max-width: 40rem) {
  body { padding-top: 2rem; }
  section { margin-top: 2.6rem; }
  header { padding-left: 0.9rem; }
  .matrix { border-spacing: 0.2rem; }
  .scroll { margin-inline: -0.2rem; }
  .matrix thead th { width: auto; padding-bottom: 0.4rem; font-size: 0.88rem; }
  .matrix thead th span { writing-mode: vertical-rl; transform: rotate(180deg); text-align: left; max-height: 11rem; }
  .matrix tbody th { min-width: 5rem; padding-right: 0.3rem; font-size: 0.88rem; overflow-wrap: anywhere; }
  .cell { min-width: 2.9rem; height: 3.1rem; }
  .evidence > li { grid-template-columns: 1.6rem 1fr; }
  .why { grid-column: 2; }
}
@media print {
  :root {
    color-scheme: light;
    --paper: #fff; --card: #fff; --ink: #000; --quiet: #444; --line: #bbb;
    --ok: #1d6a3c; --ok-tint: #e2f1e6; --no: #4d535d; --no-tint: #eeece6;
    --bad: #ad2118; --bad-ink: #fff; --doubt: #7a5100; --doubt-tint: #fdf1d0;
  }
  @page { margin: 16mm; }
  body { padding: 0; max-width: none; font-size: 10.5pt; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .scroll { overflow: visible; margin: 0; }
  .matrix { border-spacing: 0.2rem; }
  .matrix thead th { width: auto; }
  .matrix th { font-size: 0.82rem; }
  .matrix thead th span { writing-mode: vertical-rl; transform: rotate(180deg); text-align: left; max-height: 11rem; }
  .matrix tbody th { min-width: 5rem; overflow-wrap: anywhere; }
  .cell { min-width: 2.5rem; height: 2.9rem; }
  section { margin-top: 2rem; }
  h2, h3 { break-after: avoid; }
  tr, .findings li, .evidence > li { break-inside: avoid; }
}
`;
