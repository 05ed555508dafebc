import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { commandLine } from '../../lib/cli/command-line.js';
import { EXIT } from '../../lib/cli/failure.js';
import { body, hang, status } from '../support/answers.js';
import { selfSigned } from './certificate.js';
import { issuingServer } from './doctor-run.js';
import { ask } from '../../lib/cli/client/ask.js';
import { CLIENT, IssuingServer, SECRET } from './issuing-server.js';
import { audienceAuth, type Surroundings } from './run-command.js';
import { expectNothingOf } from './secrecy.js';

/** What is told of a mistake: one line, the exit code, and no stack. */
async function complaint(
  args: readonly string[],
  surroundings: Surroundings = {},
): Promise<{ readonly exitCode: number; readonly line: string; readonly stdout: string }> {
  const { exitCode, stdout, stderr, output } = await audienceAuth(args, surroundings);
  const lines = stderr.split('\n').filter((each) => each.startsWith('audience-auth: '));
  expect(lines).toHaveLength(1);
  expect(stderr.endsWith(`${lines[0]}\n`)).toBe(true);
  expect(output).not.toMatch(/\bat .*:\d+:\d+|node:internal/);
  for (const secret of [SECRET, TOKEN]) expectNothingOf(secret, output);
  return { exitCode, stdout, line: lines[0] ?? '' };
}

let server: IssuingServer;
let folder: string;
let TOKEN: string;
beforeAll(async () => {
  server = await IssuingServer.start((_form, self) => ({ access_token: self.token() }));
  folder = await mkdtemp(join(tmpdir(), 'audience-auth-'));
  TOKEN = server.token();
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

const withSecret = { env: { AUDIENCE_AUTH_CLIENT_SECRET: SECRET } };
const asClient = (issuer: string) => ['doctor', issuer, '--client-id', CLIENT];

describe('exit codes', () => {
  it('are distinct', () => {
    const codes = Object.values(EXIT);
    expect(new Set(codes).size).toBe(codes.length);
  });
});

describe('a wrong command line', () => {
  it.each([
    [['inspekt'], 'there is no such command; did you mean inspect? See audience-auth --help.'],
    [['inspect', '--isuer', 'x'], 'inspect has no option --isuer; did you mean --issuer? See'],
    [['inspect', '--banana'], 'inspect has no option --banana. See'],
    [['inspect', '-x'], 'inspect has no option -x'],
    [['inspect', '--issuer'], 'inspect needs a value for --issuer'],
    [['inspect', '--issuer', '--json'], 'inspect needs a value for --issuer'],
    [['inspect', '--json=yes'], 'inspect takes no value for --json'],
    [['doctor'], 'doctor needs the issuer identifier'],
    [['doctor', 'auth.example.com'], 'is not a URL'],
    [['doctor', 'https://${HOST}'], 'placeholder'],
    [['doctor', 'https://a.example/.well-known/openid-configuration'], 'metadata document'],
    [['doctor', 'https://a.example', '--client-secret', SECRET], 'a secret and no --client-id'],
    [['doctor', 'https://a.example', '--client-id', 'x'], 'a client and no secret'],
    [['inspect', '--audience', 'https://*.example.com'], 'compared exactly'],
    [['inspect', '--scopes', 'a"b'], 'needs scopes'],
  ])('%j: exit code 64', async (args, what) => {
    const { exitCode, line, stdout } = await complaint(args, { stdin: TOKEN });
    expect({ exitCode, stdout }).toEqual({ exitCode: EXIT.usage, stdout: '' });
    expect(line).toContain(what);
  });

  it('is not repeated where it may be a token: exit code 64', async () => {
    for (const args of [
      [TOKEN],
      ['inspect', 'x', TOKEN],
      ['doctor', TOKEN],
      ['inspect', `-${TOKEN}`],
      ['inspect', `--${TOKEN}`],
      ['doctor', `--${SECRET}`],
    ])
      expect((await complaint(args)).exitCode).toBe(EXIT.usage);
  });

  it('without any command, is answered with the list of commands: exit code 64', async () => {
    const { exitCode, stderr, stdout } = await audienceAuth([]);
    expect({ exitCode, stdout }).toEqual({ exitCode: EXIT.usage, stdout: '' });
    for (const name of ['inspect', 'doctor', 'replay']) expect(stderr).toContain(`\n  ${name}`);
  });
});

describe('what is read', () => {
  it('has to be there: exit code 66', async () => {
    for (const file of [join(folder, 'missing'), folder, SECRET]) {
      const args = [...asClient(server.issuer), '--client-secret-file', file];
      const { exitCode, line } = await complaint(args);
      expect(exitCode).toBe(EXIT.file);
      expect(line).toMatch(/--client-secret-file cannot be read \((?:ENOENT|EISDIR)\)/);
    }
  });

  it('has to be something: exit code 65', async () => {
    const file = join(folder, 'empty');
    await writeFile(file, '\n');
    const secret = [...asClient(server.issuer), '--client-secret-file'];
    expect((await complaint([...secret, file])).exitCode).toBe(EXIT.data);
    expect((await complaint([...secret, '-'])).exitCode).toBe(EXIT.data);
    expect((await complaint(['inspect'])).exitCode).toBe(EXIT.data);
  });

  it('has a limit: exit code 65', async () => {
    const stdin = 'x'.repeat(1024 * 1024 + 1);
    expect((await complaint(['inspect', '-'], { stdin })).exitCode).toBe(EXIT.data);
  });

  it('may be a secret in a file or on stdin', async () => {
    const file = join(folder, 'secret');
    await writeFile(file, `${SECRET}\n`);
    const secret = [...asClient(server.issuer), '--client-secret-file'];
    expect((await audienceAuth([...secret, file])).exitCode).toBe(EXIT.ok);
    expect((await audienceAuth([...secret, '-'], { stdin: `${SECRET}\n` })).exitCode).toBe(EXIT.ok);
  });

  it('may be a secret on the command line, of which the user is warned', async () => {
    const args = [...asClient(server.issuer), '--client-secret', SECRET];
    const { exitCode, stderr, output } = await audienceAuth(args);
    expect(exitCode).toBe(EXIT.ok);
    expect(stderr).toContain('stays in the history of the shell');
    expectNothingOf(SECRET, output);
  });
});

describe('what is written', () => {
  it('needs a place: exit code 66', async () => {
    const args = ['doctor', server.issuer, '--html', join(folder, 'missing', 'report.html')];
    expect((await complaint(args)).exitCode).toBe(EXIT.file);
  });
});

describe('a server', () => {
  it('that refuses connections: exit code 2', async () => {
    const gone = await IssuingServer.start();
    await gone.stop();
    const { exitCode, line } = await complaint(['doctor', gone.issuer]);
    expect(exitCode).toBe(EXIT.undecided);
    expect(line).toContain('refuses connections');
  });

  it('without an address: exit code 2', async () => {
    const { exitCode, line } = await complaint(['doctor', 'https://nowhere.invalid']);
    expect(exitCode).toBe(EXIT.undecided);
    expect(line).toContain('the host nowhere.invalid has no address');
  });

  it('that never answers, or has no end: exit code 2', async () => {
    const silent = await issuingServer();
    silent.fail('/hang', hang);
    silent.fail('/long', body('x'.repeat(1024 * 1024 + 1)));
    for (const [path, what] of [
      ['/hang', 'did not answer in full within 50 ms'],
      ['/long', 'answered more than 1048576 bytes'],
    ] as const) {
      await expect(
        ask({ url: silent.issuer + path }, path === '/hang' ? 50 : 10_000),
      ).rejects.toMatchObject({
        exitCode: EXIT.undecided,
        what: `${silent.issuer}${path} ${what}`,
      });
    }
  });

  it('whose certificate nobody trusts: exit code 69', async () => {
    const tls = createServer(selfSigned());
    await new Promise<void>((listening) => tls.listen(0, '127.0.0.1', listening));
    onTestFinished(() => void tls.close());
    const { port } = tls.address() as AddressInfo;
    const { exitCode, line } = await complaint(['doctor', `https://127.0.0.1:${port}`]);
    expect(exitCode).toBe(EXIT.tls);
    expect(line).toContain('DEPTH_ZERO_SELF_SIGNED_CERT');
    expect(line).toContain('NODE_EXTRA_CA_CERTS');
  });

  it('that speaks no TLS: exit code 69', async () => {
    const { exitCode, line } = await complaint([
      'doctor',
      server.issuer.replace('http:', 'https:'),
    ]);
    expect(exitCode).toBe(EXIT.tls);
    expect(line).toContain('Perhaps it speaks http on this port');
  });

  it('that answers HTML, or redirects, or has nothing: exit code 76', async () => {
    for (const [answer, what] of [
      [body('<!DOCTYPE html><p>Sign in', { 'content-type': 'text/html' }), 'with HTML'],
      [status(302, { location: 'https://elsewhere.example' }), 'answered 302'],
      [status(404), 'answered 404'],
      [body('[]'), 'JSON that is no object'],
    ] as const) {
      const web = await issuingServer();
      for (const form of ['oauth-authorization-server', 'openid-configuration'])
        web.fail(`/.well-known/${form}`, answer);
      const { exitCode, line } = await complaint(['doctor', web.issuer]);
      expect(exitCode).toBe(EXIT.protocol);
      expect(line).toContain(what);
    }
  });
});

describe('a token endpoint', () => {
  it('that does not accept the secret: exit code 77, after what was found out before', async () => {
    const env = { AUDIENCE_AUTH_CLIENT_SECRET: 'wrong-0123456789' };
    const { exitCode, line, stdout } = await complaint(asClient(server.issuer), { env });
    expect(exitCode).toBe(EXIT.client);
    expect(line).toContain('the secret is wrong or has expired');
    expect(stdout).toContain('that can verify signatures');
    expectNothingOf('wrong-0123456789', line + stdout);
  });

  it('that takes no secrets: exit code 77', async () => {
    const assertive = await issuingServer();
    assertive.metadata.token_endpoint_auth_methods_supported = ['private_key_jwt'];
    expect((await complaint(asClient(assertive.issuer), withSecret)).exitCode).toBe(EXIT.client);
    expect(assertive.forms).toEqual([]);
  });

  it('that answers HTML, is missing or is not safe: exit code 76', async () => {
    const html = await issuingServer();
    html.fail('/token', body('<html>', { 'content-type': 'text/html' }));
    expect((await complaint(asClient(html.issuer), withSecret)).exitCode).toBe(EXIT.protocol);
    for (const endpoint of [undefined, 'http://auth.example.com/token']) {
      const other = await issuingServer();
      other.metadata.token_endpoint = endpoint;
      const { exitCode, line } = await complaint(asClient(other.issuer), withSecret);
      expect(exitCode).toBe(EXIT.protocol);
      expect(line).toContain('names no https token_endpoint');
    }
  });

  it('that is not there: exit code 2', async () => {
    const gone = await IssuingServer.start();
    await gone.stop();
    const other = await issuingServer();
    other.metadata.token_endpoint = `${gone.issuer}/token`;
    expect((await complaint(asClient(other.issuer), withSecret)).exitCode).toBe(EXIT.undecided);
  });
});

describe('a mistake of the program', () => {
  it('is one line without its message, which may hold anything: exit code 70', async () => {
    let stderr = '';
    const exitCode = await commandLine(['inspect'], {
      stdout: { write: () => undefined },
      stderr: { write: (text: string) => void (stderr += text) },
      stdin: {
        [Symbol.asyncIterator]: () => {
          throw new TypeError(`cannot read ${SECRET}\nof it`);
        },
      },
      env: {},
    });
    expect(exitCode).toBe(EXIT.internal);
    expect(stderr).toMatch(
      /^audience-auth: unexpected TypeError at [\w.-]+:\d+; .*please report it\n$/,
    );
  });
});
