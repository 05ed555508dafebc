import { parseCommand, type Command } from '../command.js';
import { EXIT } from '../failure.js';
import { plain, REASON_TEXTS } from '../reason-texts.js';
import { jsonText, paintFor, Progress, visible, type Terminal } from '../terminal.js';
import { expectations, type Says } from './expectations.js';
import { inspect, type Inspection } from './inspection.js';
import { inspectionText } from './inspection-text.js';
import { dateOf } from './times.js';
import { tokenFrom } from './token-input.js';

const HELP = `Usage: audience-auth inspect [TOKEN | -] [OPTIONS]

Shows what a token holds, and goes through the checks that a service makes, in the same order.

The token is read from stdin; one on the command line lands in the history of the shell. It is sent nowhere, and
neither it nor its signature is printed. Its claims are printed: they may be personal.

  --issuer URL     The trusted issuer. Its keys are fetched to verify the signature; without it, nothing is fetched.
  --audience A     What the service is called in "aud". May be given several times.
  --scopes "A B"   The scopes that are needed.
  --json           The result as JSON.

Example:

  echo "$TOKEN" | audience-auth inspect \\
    --issuer https://auth.example.com --audience https://tickets.example.com/mcp --scopes tickets:read

Exit code: 0 let in, 1 refused, 2 cannot say, 64 and above: see docs/command-line.md.
`;

const OPTIONS = {
  issuer: { type: 'string' },
  audience: { type: 'string', multiple: true },
  scopes: { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** Says of a token what a service would say, check by check. */
export const INSPECT: Command = {
  name: 'inspect',
  summary: 'says check by check why a token is let in or refused',
  help: HELP,
  run,
};

async function run(args: readonly string[], io: Terminal): Promise<number> {
  const { values, positionals } = parseCommand('inspect', args, OPTIONS, 1);
  const { issuer, audience = [], scopes = '', json = false } = values;
  const progress = new Progress(io);
  const says: Says = {
    step: (text) => progress.step(text),
    note: (text) => {
      progress.end();
      io.stderr.write(`Note: ${visible(text)}\n`);
    },
  };
  const token = await tokenFrom(positionals[0], io);
  const given = { audiences: audience, scopes: scopes.split(' ').filter((each) => each !== '') };
  const expected = await expectations({ ...given, ...(issuer !== undefined && { issuer }) }, says);
  progress.end();
  const now = Date.now() / 1000;
  const inspection = inspect(token, expected, now);
  io.stdout.write(
    json
      ? jsonText(forMachines(inspection, now))
      : inspectionText(inspection, now, paintFor(io.stdout, io)),
  );
  return { 'let in': EXIT.ok, refused: EXIT.found, 'cannot say': EXIT.undecided }[
    inspection.verdict
  ];
}

function forMachines({ verdict, reason, header, claims, checks }: Inspection, now: number): object {
  const times = Object.entries(claims ?? {}).map(([name, value]) => [
    name,
    dateOf(name, value, now),
  ]);
  return {
    verdict,
    reason,
    header,
    claims,
    times: Object.fromEntries(times.filter(([, date]) => date !== undefined)) as object,
    checks: checks.map((each) => ({
      ...each,
      ...(each.reason !== undefined && { remedy: plain(REASON_TEXTS[each.reason].mend) }),
    })),
  };
}
