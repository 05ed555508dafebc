import type { ReplayReport } from '../../lib/cli/replay/replay-report.js';
import { byToken, refusal, reportOver, welcome } from '../cli/fleet.js';
import { status } from '../support/answers.js';

/** What a careless or malicious colleague would call a service. */
export const HOSTILE_NAME = '<img src=x onerror=alert(1)>&"\'';

/** The report of a run in which each verdict comes about. */
export async function variedReport(): Promise<ReplayReport> {
  const open = await byToken({ a: welcome, b: welcome, c: status(403), d: welcome });
  const { report } = await reportOver([
    {
      name: 'tickets',
      url: await byToken({ a: welcome }),
      audience: 'https://a.example.com',
      token: 'a',
    },
    { name: 'code-search', url: await byToken({ b: welcome }), token: 'b' },
    { name: 'billing', url: await byToken({ c: status(500) }), token: 'c' },
    { name: HOSTILE_NAME, url: open, token: 'd' },
  ]);
  return report;
}

export async function closedReport(): Promise<ReplayReport> {
  const { report } = await reportOver([
    { name: 'tickets', url: await byToken({ a: welcome }, refusal), token: 'a' },
    { name: 'code-search', url: await byToken({ b: welcome }, refusal), token: 'b' },
  ]);
  return report;
}

/** A fleet of many, with the longest names there can be. */
export async function largeReport(): Promise<ReplayReport> {
  const services = Array.from({ length: 12 }, async (_, index) => ({
    name: `${index} ${'service-of-the-department '.repeat(2)}`.slice(0, 40),
    url: await byToken({ [`t${index}`]: welcome }),
    token: `t${index}`,
  }));
  return (await reportOver(await Promise.all(services))).report;
}
