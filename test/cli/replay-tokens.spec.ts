import { describe, expect, it } from 'vitest';
import { body, json, status, type Answer } from '../support/answers.js';
import { AuthorizationServer } from '../support/authorization-server.js';
import { onTestFinished } from 'vitest';
import { answering, byToken, deserted, replayOver, reportOver, welcome } from './fleet.js';

const TOKEN = 'token-from-somewhere.0123456789';
const SECRET = 'v3ry-s3cr3t-and-nobodys-business';

/** A service that lets in this token only, with its token from there. */
async function serviceWith(source: object): Promise<object> {
  return { name: 'a', url: await byToken({ [TOKEN]: welcome }), ...source };
}

/** An authorization server whose token endpoint answers in this way. */
async function tokenServer(answer: Answer): Promise<AuthorizationServer> {
  const server = await AuthorizationServer.start();
  onTestFinished(() => server.stop());
  server.metadata = { ...server.metadata, token_endpoint: `${server.origin}/token` };
  server.fail('/token', answer);
  return server;
}

const client = ({ issuer }: { issuer: string }, more: object = {}) => ({
  client: { issuer, clientId: 'checker', clientSecret: SECRET, ...more },
});

/** Whether the service was offered its token. */
async function isLetIn(source: object, surroundings?: Parameters<typeof reportOver>[1]) {
  const { report } = await reportOver([await serviceWith(source)], surroundings);
  return report.cells[0]?.verdict === 'let in' && report.cells[0].status === 200;
}

/** No token, so no run: one line on stderr, and nothing of the secret. */
async function failureOf(source: object, env: Record<string, string> = {}) {
  const { exitCode, stdout, stderr, output } = await replayOver([await serviceWith(source)], {
    env,
  });
  expect(stdout).toBe('');
  expect(output).not.toContain(SECRET);
  expect(output).not.toMatch(/^ {4}at /m);
  const lines = stderr.trimEnd().split('\n');
  expect(lines).toHaveLength(2);
  return { exitCode, line: lines[1]?.replace('audience-auth: no token for a: ', '') };
}

describe('replay gets the token of a service', () => {
  it.each([
    ['the file', { token: TOKEN }],
    ['an environment variable', { tokenEnv: 'TOKEN_OF_A' }],
    ['a command', { tokenCommand: [process.execPath, '-p', `"${TOKEN}"`] }],
    ['a command line for the shell', { tokenCommand: 'printf "%s\\n" "$TOKEN_OF_A" | tail -n 1' }],
  ])('from %s', async (_where, source) => {
    const env = { TOKEN_OF_A: TOKEN, PATH: process.env.PATH ?? '' };
    expect(await isLetIn(source, { env })).toBe(true);
  });

  it('RFC 6749 §4.4, RFC 8707 §2: as a client, for the resource', async () => {
    const asked: string[] = [];
    const server = await tokenServer((request, response) => {
      request.on('data', (chunk) => asked.push(String(chunk)));
      request.on('end', () =>
        response
          .setHeader('content-type', 'application/json')
          .end(JSON.stringify({ access_token: TOKEN, token_type: 'Bearer' })),
      );
    });
    const source = client(server, { resource: 'https://a.example.com', scope: 'a:read' });
    expect(await isLetIn(source)).toBe(true);
    expect(Object.fromEntries(new URLSearchParams(asked.join('')))).toMatchObject({
      grant_type: 'client_credentials',
      resource: 'https://a.example.com',
      scope: 'a:read',
    });
  });

  it('as a client whose secret is in an environment variable', async () => {
    const server = await tokenServer(json({ access_token: TOKEN }));
    const source = client(server, { clientSecret: undefined, clientSecretEnv: 'SECRET_OF_A' });
    const env = { SECRET_OF_A: SECRET };
    expect(await isLetIn(source, { env })).toBe(true);
  });

  it('shows no list of arguments to a shell', async () => {
    const source = { tokenCommand: [process.execPath, '-p', `"${TOKEN}" // $(exit 3); "`] };
    expect(await isLetIn(source)).toBe(true);
  });
});

describe('replay does not begin without a token', () => {
  it.each<[string, object, string]>([
    ['an unset variable', { tokenEnv: 'NOT_SET' }, 'the environment variable NOT_SET is not set'],
    [
      'a secret in the place of its name',
      { tokenEnv: 'ghp_16C7e42F292c6912E7710c838347Ae17' },
      'the environment variable that the file names is not set',
    ],
    [
      'a command that does not exist',
      { tokenCommand: ['/nowhere/command'] },
      'the command could not be run (ENOENT)',
    ],
    [
      'a command that fails',
      { tokenCommand: `echo ${SECRET} >&2; exit 3` },
      'the command ended with exit code 3',
    ],
    [
      'a command that the shell does not find',
      { tokenCommand: 'no-such-program-anywhere' },
      'the command ended with exit code 127: the shell finds no such program',
    ],
    [
      'a command that prints nothing',
      { tokenCommand: ['true'] },
      'the command printed nothing. It has to be the token alone.',
    ],
    [
      'a command that says more',
      { tokenCommand: `echo Your token: ${SECRET}` },
      'the command printed something that is no bearer token (RFC 6750 §2.1). It has to be the token alone.',
    ],
    ['a command without end', { tokenCommand: 'yes' }, 'the command printed more than a token'],
    [
      'a secret that is not set',
      client(
        { issuer: 'https://auth.example.com' },
        { clientSecret: undefined, clientSecretEnv: 'NOT_SET' },
      ),
      'the environment variable NOT_SET is not set',
    ],
  ])('for %s', async (_what, source, line) => {
    const env = { PATH: process.env.PATH ?? '' };
    const exitCode = line.endsWith('is not set') ? 65 : 2;
    expect(await failureOf(source, env)).toEqual({ exitCode, line });
  });

  it('for a secret that has expired', async () => {
    const server = await tokenServer((_request, response) =>
      response
        .writeHead(401, { 'content-type': 'application/json' })
        .end('{"error":"invalid_client"}'),
    );
    const { exitCode, line } = await failureOf(client(server));
    expect(exitCode).toBe(77);
    expect(line).toContain(
      'does not accept the client (invalid_client): the secret is wrong or has expired',
    );
  });

  it('for a request that the authorization server refuses', async () => {
    const server = await tokenServer((_request, response) =>
      response
        .writeHead(400, { 'content-type': 'application/json' })
        .end('{"error":"invalid_target"}'),
    );
    expect(await failureOf(client(server))).toEqual({
      exitCode: 2,
      line: 'the authorization server gives no token (invalid_target). Check resource: the authorization server does not know it, or not for this client.',
    });
  });

  it('for HTML instead of JSON', async () => {
    const server = await tokenServer(
      body('<!doctype html><p>Sign in', { 'content-type': 'text/html' }),
    );
    const { exitCode, line } = await failureOf(client(server));
    expect(exitCode).toBe(76);
    expect(line).toMatch(/\/token answered 200 with HTML, where a JSON object has to be/);
  });

  it('for an authorization server that cannot be reached', async () => {
    const issuer = await deserted();
    const { exitCode, line } = await failureOf(client({ issuer }));
    expect(exitCode).toBe(2);
    expect(line).toContain(`${new URL(issuer).host} refuses connections`);
  });

  it('for a TLS error', async () => {
    const issuer = (await answering(json({}))).replace('http:', 'https:');
    const { exitCode, line } = await failureOf(client({ issuer }));
    expect(exitCode).toBe(69);
    expect(line).toMatch(/^the TLS connection to 127\.0\.0\.1:\d+ failed/);
  });
});

describe('replay sends nothing to a host that the file does not name', () => {
  it('where the metadata names a token endpoint elsewhere', async () => {
    let asked = 0;
    const elsewhere = await answering((_request, response) => {
      asked += 1;
      response.end('{}');
    });
    const server = await tokenServer(status(404));
    server.metadata = { ...server.metadata, token_endpoint: `${elsewhere}/token` };
    const { exitCode, line } = await failureOf(client(server));
    expect(exitCode).toBe(2);
    expect(line).toBe(
      `nothing is sent to ${new URL(elsewhere).host}, a host that the file does not name for this client. If the secret may go there, name it as the client's tokenEndpoint.`,
    );
    expect(asked).toBe(0);
  });

  it('for this client, even if it names it as a service', async () => {
    const elsewhere = await answering(welcome);
    const server = await tokenServer(status(404));
    server.metadata = { ...server.metadata, token_endpoint: `${elsewhere}/token` };
    const services = [
      { name: 'a', url: elsewhere, ...client(server) },
      { name: 'b', url: elsewhere, token: TOKEN },
    ];
    const { exitCode, stderr } = await replayOver(services);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('a host that the file does not name for this client');
  });

  it('unless the file names it', async () => {
    const elsewhere = await answering(json({ access_token: TOKEN }));
    const source = client(
      { issuer: 'https://auth.example.com' },
      { tokenEndpoint: `${elsewhere}/token` },
    );
    expect(await isLetIn(source)).toBe(true);
  });

  it('where a service redirects', async () => {
    let asked = 0;
    const elsewhere = await answering((_request, response) => {
      asked += 1;
      response.end('{}');
    });
    const url = await answering(status(307, { location: elsewhere }));
    const { exitCode, report } = await reportOver([{ name: 'a', url, token: TOKEN }]);
    expect(exitCode).toBe(2);
    expect(report.cells[0]).toMatchObject({ verdict: 'not judged', note: 'redirect', status: 307 });
    expect(asked).toBe(0);
  });
});
