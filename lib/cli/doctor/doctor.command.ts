import { clientSecret } from '../client/client-secret.js';
import type { Client } from '../client/token-client.js';
import { parseCommand, usage, type Command } from '../command.js';
import { EXIT } from '../failure.js';
import { worstOf } from '../findings.js';
import { writeReport } from '../report/write-report.js';
import { jsonText, paintFor, Progress, type Terminal } from '../terminal.js';
import { examinationPage } from './doctor-page.js';
import { examinationText } from './doctor-text.js';
import { examine, type Examination } from './examination.js';

const HELP = `Usage: audience-auth doctor ISSUER [OPTIONS]

Finds out what an authorization server publishes, and with a client, what it stamps on tokens: whether it heeds
which service a token is for. Prints the forRoot({…}) that fits, and what to change at the server.

Tokens are asked for with the grant client_credentials, and sent to nobody.

  --client-id ID              A client that may use that grant.
  --client-secret-file FILE   Its secret; - for stdin. Or set AUDIENCE_AUTH_CLIENT_SECRET.
  --client-secret S           The same, for all to see in the history of the shell.
  --resource URL              A service to ask tokens for; two of them tell more than one.
  --scope "A B"               The scopes to ask for.
  --json                      The result as JSON.
  --html FILE                 The result as a page, into that file.

Example:

  audience-auth doctor https://auth.example.com --client-id probe --client-secret-file secret.txt \\
    --resource https://tickets.example.com/mcp --resource https://code.example.com/mcp --scope tickets:read

Exit code: 0 no problem, 1 a problem found, 2 unreachable, 64 and above: see docs/command-line.md.
`;

const OPTIONS = {
  'client-id': { type: 'string' },
  'client-secret': { type: 'string' },
  'client-secret-file': { type: 'string' },
  resource: { type: 'string', multiple: true },
  scope: { type: 'string' },
  json: { type: 'boolean' },
  html: { type: 'string' },
} as const;

/** Says of an authorization server whether services can rely on its tokens. */
export const DOCTOR: Command = {
  name: 'doctor',
  summary: 'finds out what an authorization server publishes and stamps, and the options that fit',
  help: HELP,
  run,
};

async function run(args: readonly string[], io: Terminal): Promise<number> {
  const { values, positionals } = parseCommand('doctor', args, OPTIONS, 1);
  const [issuer] = positionals;
  if (issuer === undefined)
    throw usage('doctor', 'needs the issuer identifier of an authorization server');
  const { resource: resources = [], scope, json = false, html } = values;
  const client = await clientOf(values, io);
  const progress = new Progress(io);
  let examination: Examination;
  try {
    examination = await examine(
      { issuer, resources, ...(client && { client }), ...(scope !== undefined && { scope }) },
      (text) => progress.step(text),
    );
  } finally {
    progress.end();
  }
  const { failure, ...result } = examination;
  const verdict = worstOf(result.findings);
  io.stdout.write(
    json ? jsonText({ verdict, ...result }) : examinationText(examination, paintFor(io.stdout, io)),
  );
  if (html !== undefined) await writeReport(html, examinationPage(examination, new Date()));
  if (failure) throw failure;
  return verdict === 'problem' ? EXIT.found : EXIT.ok;
}

async function clientOf(
  {
    'client-id': clientId,
    'client-secret': value,
    'client-secret-file': file,
  }: Readonly<Record<string, unknown>>,
  io: Terminal,
): Promise<Client | undefined> {
  const given = {
    ...(typeof value === 'string' && { value }),
    ...(typeof file === 'string' && { file }),
  };
  if (typeof clientId !== 'string') {
    if (Object.keys(given).length > 0)
      throw usage('doctor', 'was given a secret and no --client-id');
    return undefined;
  }
  return { clientId, clientSecret: await clientSecret(given, io) };
}
