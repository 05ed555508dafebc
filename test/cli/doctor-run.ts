import { expect, onTestFinished } from 'vitest';
import type { Finding } from '../../lib/cli/findings.js';
import { CLIENT, IssuingServer, SECRET, type Issue } from './issuing-server.js';
import { audienceAuth, type Run } from './run-command.js';
import { expectNothingOf } from './secrecy.js';

export const TICKETS = 'https://tickets.example.com/mcp';
export const CODE = 'https://code.example.com/mcp';

/** What the command tells machines. */
export interface Diagnosis {
  readonly verdict: string;
  readonly findings: readonly Finding[];
  readonly services: readonly {
    readonly audience: string;
    readonly forRoot: string;
    readonly proven: boolean;
  }[];
}

/** What the command says of a server, and that it gives away nothing of what it got there, in any form. */
export async function diagnosis(
  server: IssuingServer,
  args: readonly string[] = ['--client-id', CLIENT, '--resource', TICKETS, '--resource', CODE],
): Promise<Run & Diagnosis> {
  const env = { AUDIENCE_AUTH_CLIENT_SECRET: SECRET };
  const forPeople = await audienceAuth(['doctor', server.issuer, ...args], { env, isTTY: true });
  const run = await audienceAuth(['doctor', server.issuer, ...args, '--json'], { env });
  expect(forPeople.exitCode).toBe(run.exitCode);
  for (const { output } of [forPeople, run]) {
    for (const secret of [SECRET, Buffer.from(SECRET).toString('base64'), ...server.tokens])
      expectNothingOf(secret, output);
  }
  return { ...run, ...(JSON.parse(run.stdout) as Diagnosis) };
}

/** A server for one test. */
export async function issuingServer(issue?: Issue): Promise<IssuingServer> {
  const server = await IssuingServer.start(issue);
  onTestFinished(() => server.stop());
  return server;
}

/** The findings that are no praise, by level and the beginning of their titles. */
export function complaints({ findings }: Diagnosis): string[] {
  return findings
    .filter(({ level }) => level !== 'ok')
    .map(({ level, title }) => `${level}: ${title}`);
}

/** All that is said of something. */
export function saying(text: string, { findings }: Diagnosis): Finding[] {
  return findings.filter(({ title }) => title.includes(text));
}
