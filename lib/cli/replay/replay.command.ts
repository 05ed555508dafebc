import { parseCommand, usage, type Command } from '../command.js';
import { EXIT } from '../failure.js';
import { writeReport } from '../report/write-report.js';
import { jsonText, paintFor, Progress } from '../terminal.js';
import { DEFAULT_BOUNDS, type Bounds } from './bounds.js';
import { replayText } from './replay-text.js';
import { readFleet } from './read-fleet.js';
import { replayPage } from './replay-page.js';
import { replayReport } from './replay-report.js';
import { replay } from './replay.js';

const OPTIONS = {
  json: { type: 'boolean', default: false },
  html: { type: 'string' },
  'timeout-seconds': { type: 'string' },
  concurrency: { type: 'string' },
} as const;

const HELP = `Usage: audience-auth replay FILE [--json] [--html FILE] [--timeout-seconds N] [--concurrency N]

Tries every token at every service, and no token and garbage as well. Each service has to let in its own token and to
refuse all others with 401 invalid_token.

FILE is YAML or JSON:

  services:
    - name: tickets
      url: https://tickets.example.com/tickets     # GET, unless there is a method
      audience: https://tickets.example.com/mcp
      client:
        issuer: https://auth.example.com
        clientId: fleet-check
        clientSecretEnv: FLEET_CHECK_SECRET
        resource: https://tickets.example.com/mcp
        scope: tickets:read
    - name: search
      url: https://search.example.com/search?q=x
      tokenCommand: [my-cli, print-access-token]   # or tokenEnv: NAME, or token: …

With the key of an issuer that the services trust for tests only, hostile tokens are tried, too:

  hostile: { issuer: https://test-issuer.example.com, keyFile: test-issuer.jwk.json }

Nothing is sent to a host that FILE does not name, and redirects are not followed. No token is printed.

  --json               prints the whole report as JSON
  --html FILE          writes it as one page as well
  --timeout-seconds N  for the whole of one answer; ${DEFAULT_BOUNDS.timeoutMs / 1000} if it is not given
  --concurrency N      requests at a time; ${DEFAULT_BOUNDS.concurrency} if it is not given

Example:

  audience-auth replay fleet.yaml --html report.html

Exit codes: 0 closed; 1 a token crossed over; 2 a service could not be judged, or its token could not be had. Above 63,
nothing was tried: 64 the command line, 65 what FILE says or names, 66 FILE itself, or the report, 69 TLS, 76 an answer that
is no JSON, 77 the client is not accepted.
`;

const EXIT_CODES = { closed: EXIT.ok, crossed: EXIT.found, 'not judged': EXIT.undecided } as const;

/** `audience-auth replay`. */
export const REPLAY: Command = {
  name: 'replay',
  summary: 'tries the token of every service at every other',
  help: HELP,
  async run(args, io) {
    const { values, positionals } = parseCommand('replay', args, OPTIONS, 1);
    const [file] = positionals;
    if (file === undefined) throw usage('replay', 'needs the file that names the services');
    const bounds = boundsFrom(values);
    const fleet = await readFleet(file, io);
    const progress = new Progress(io);
    try {
      const found = await replay(fleet, {
        bounds,
        env: io.env,
        progress: (step) => progress.step(step),
      });
      progress.end();
      const report = replayReport(found);
      const width = io.stdout.columns ?? 100;
      io.stdout.write(
        values.json ? jsonText(report) : replayText(report, width, paintFor(io.stdout, io)),
      );
      if (values.html !== undefined) await writeReport(values.html, replayPage(report, new Date()));
      return EXIT_CODES[report.verdict];
    } finally {
      progress.end();
    }
  },
};

function boundsFrom(values: {
  readonly concurrency?: string | undefined;
  readonly 'timeout-seconds'?: string | undefined;
}): Bounds {
  const { concurrency, 'timeout-seconds': timeout } = values;
  const seconds = timeout === undefined ? DEFAULT_BOUNDS.timeoutMs / 1000 : Number(timeout);
  const most = concurrency === undefined ? DEFAULT_BOUNDS.concurrency : Number(concurrency);
  if (!(seconds >= 0.05 && seconds <= 300)) {
    throw usage('replay', 'takes a number from 0.05 to 300 for --timeout-seconds');
  }
  if (!(Number.isInteger(most) && most >= 1 && most <= 32)) {
    throw usage('replay', 'takes a whole number from 1 to 32 for --concurrency');
  }
  return { concurrency: most, timeoutMs: Math.round(seconds * 1000) };
}
