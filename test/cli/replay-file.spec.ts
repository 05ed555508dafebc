import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { byToken, fleetFile, folder, welcome } from './fleet.js';
import { audienceAuth } from './run-command.js';

const SECRET = 'v3ry-s3cr3t-and-nobodys-business';

/** Runs with a file of this content, which must be refused with one line on stderr. */
async function lineFor(content: unknown): Promise<{ exitCode: number; line: string }> {
  const path = await fleetFile(content);
  const { exitCode, stdout, stderr } = await audienceAuth(['replay', path]);
  expect(stdout).toBe('');
  const lines = stderr.trimEnd().split('\n');
  expect(lines).toHaveLength(1);
  expect(stderr).not.toContain(SECRET);
  return { exitCode, line: (lines[0] ?? '').replace(path, 'FILE') };
}

const GOOD = { name: 'a', url: 'https://a.example.com/', token: 'token-a' };
const CLIENT = { issuer: 'https://auth.example.com', clientId: 'c', clientSecret: SECRET };

describe('the file for replay', () => {
  it('may be YAML', async () => {
    const url = await byToken({ 'token-a': welcome });
    const path = await fleetFile(
      `services:\n  - name: a # a comment\n    url: ${url}\n    token: token-a\n`,
    );
    expect((await audienceAuth(['replay', path])).stdout).toContain('✓ 200');
  });

  it('may be JSON, indented with tabs', async () => {
    const url = await byToken({ 'token-a': welcome });
    const content = { services: [{ name: 'a', url, token: 'token-a' }] };
    const path = await fleetFile(JSON.stringify(content, null, '\t'), 'fleet.json');
    expect((await audienceAuth(['replay', path])).stdout).toContain('✓ 200');
  });

  it('is right where the documentation and --help show one', async () => {
    const { stdout: help } = await audienceAuth(['replay', '--help']);
    const manual = await readFile(new URL('../../docs/replay.md', import.meta.url), 'utf8');
    const examples = [
      /```yaml\n([^]*?)```/.exec(manual)?.[1],
      /FILE is YAML or JSON:\n\n([^]*?)\n\nWith/.exec(help)?.[1]?.replaceAll(/^ {2}/gm, ''),
    ];
    for (const example of examples) {
      const path = await fleetFile(example ?? '');
      const { exitCode, stderr } = await audienceAuth(['replay', path]);
      // Nothing is wrong with the file; what it names is not there.
      expect(stderr).toMatch(/audience-auth: no token for /);
      expect(exitCode).toBe(65);
    }
  });

  it('must be there', async () => {
    const { exitCode, stderr } = await audienceAuth(['replay', '/nowhere/fleet.yaml']);
    expect(exitCode).toBe(66);
    expect(stderr).toBe('audience-auth: /nowhere/fleet.yaml does not exist\n');
  });

  it('must be a file', async () => {
    const path = join(await folder(), 'fleet');
    await mkdir(path);
    const { exitCode, stderr } = await audienceAuth(['replay', path]);
    expect(exitCode).toBe(66);
    expect(stderr).toBe(`audience-auth: ${path} is a folder\n`);
  });

  it('must not be endless', async () => {
    const path = join(await folder(), 'fleet.yaml');
    await writeFile(path, '#'.repeat(1_048_577));
    const { exitCode, stderr } = await audienceAuth(['replay', path]);
    expect(exitCode).toBe(65);
    expect(stderr).toBe(`audience-auth: ${path} is larger than 1048576 bytes\n`);
  });

  it('must be named', async () => {
    const { exitCode, stderr } = await audienceAuth(['replay']);
    expect(exitCode).toBe(64);
    expect(stderr).toContain('replay needs the file that names the services');
  });

  it.each([
    [
      'YAML',
      `services:\n  - token: "${SECRET}\n`,
      'FILE:3: this is neither YAML nor JSON (missing char)',
    ],
    [
      'JSON',
      `{ "services": [{ "token": "${SECRET}" `,
      'FILE:1: this is neither YAML nor JSON (bad indent)',
    ],
    [
      'a key once',
      `services: []\nservices: []\n`,
      'FILE:2: this is neither YAML nor JSON (duplicate key)',
    ],
  ])('must be %s', async (_what, content, line) => {
    expect(await lineFor(content)).toEqual({ exitCode: 65, line: `audience-auth: ${line}` });
  });

  it('must not be a bomb of aliases', async () => {
    const levels = Array.from(
      { length: 9 },
      (_, at) => `l${at + 1}: &l${at + 1} [${`*l${at},`.repeat(9)}]`,
    );
    const { exitCode, line } = await lineFor(`l0: &l0 [x]\n${levels.join('\n')}\n`);
    expect(exitCode).toBe(65);
    expect(line).toContain('has too many aliases');
  });

  it.each<[string, unknown, string]>([
    ['nothing', '', 'FILE:1: the file must be a mapping of services, hostile, not null'],
    ['no services', {}, 'FILE:1: services must be a list'],
    ['no service', { services: [] }, 'FILE:1: services must be a list'],
    [
      'an unknown key',
      { services: [GOOD], servces: [] },
      'FILE:1: servces is not a key; did you mean services?',
    ],
    [
      'an unknown key of a service',
      { services: [{ ...GOOD, urll: 'x' }] },
      'services[0].urll is not a key; did you mean url?',
    ],
    [
      'an unknown key of a client',
      { services: [{ ...GOOD, token: undefined, client: { ...CLIENT, scopes: 'x' } }] },
      'services[0].client.scopes is not a key; did you mean scope?',
    ],
    [
      'a secret for a key',
      { services: [{ ...GOOD, [SECRET]: '' }] },
      'services[0].(…) is not a key; the keys here are name, url',
    ],
    [
      'no name',
      { services: [{ ...GOOD, name: undefined }] },
      'services[0] has no name: what the report calls it',
    ],
    ['a name twice', { services: [GOOD, GOOD] }, 'services[1].name is the name of another service'],
    [
      'a long name',
      { services: [{ ...GOOD, name: 'n'.repeat(41) }] },
      'services[0].name is longer than 40 characters',
    ],
    [
      'a number for a name',
      { services: [{ ...GOOD, name: 1 }] },
      'services[0].name must be a text on one line, not a number; put it in quotes',
    ],
    [
      'no URL',
      { services: [{ ...GOOD, url: 'a.example.com' }] },
      'services[0].url must be a URL that begins with https:// or http://',
    ],
    [
      'a file',
      { services: [{ ...GOOD, url: 'file:///etc/passwd' }] },
      'services[0].url must be a URL that begins with',
    ],
    [
      'credentials in a URL',
      { services: [{ ...GOOD, url: `https://u:${SECRET}@a.example.com` }] },
      'services[0].url must not hold a user name or password',
    ],
    [
      'a fragment',
      { services: [{ ...GOOD, url: 'https://a.example.com/#x' }] },
      'services[0].url must have no fragment',
    ],
    [
      'an unknown method',
      { services: [{ ...GOOD, method: 'OPTIONS' }] },
      'services[0].method must be one of GET, HEAD, POST',
    ],
    [
      'no source of a token',
      { services: [{ ...GOOD, token: undefined }] },
      'services[0] needs one of token, tokenEnv, tokenCommand, client, and has none',
    ],
    [
      'two of them',
      { services: [{ ...GOOD, tokenEnv: 'A' }] },
      'services[0] needs one of token, tokenEnv, tokenCommand, client, and has token and tokenEnv',
    ],
    [
      'a token that is none',
      { services: [{ ...GOOD, token: `${SECRET} ${SECRET}` }] },
      'services[0].token is not what can be sent as a bearer token',
    ],
    [
      'a variable with $',
      { services: [{ ...GOOD, token: undefined, tokenEnv: '$A' }] },
      'services[0].tokenEnv must be the name of an environment variable, without $',
    ],
    [
      'an empty command',
      { services: [{ ...GOOD, token: undefined, tokenCommand: [] }] },
      'services[0].tokenCommand must be a text, or a list of texts',
    ],
    [
      'a client without a secret',
      { services: [{ ...GOOD, token: undefined, client: { ...CLIENT, clientSecret: undefined } }] },
      'services[0].client needs either clientSecret or clientSecretEnv',
    ],
    [
      'a secret over http',
      {
        services: [
          { ...GOOD, token: undefined, client: { ...CLIENT, issuer: 'http://auth.example.com' } },
        ],
      },
      'services[0].client.issuer must be https, or http on this machine',
    ],
  ])('tells of %s', async (_what, content, text) => {
    const { exitCode, line } = await lineFor(content);
    expect(exitCode).toBe(65);
    expect(line).toContain(text);
  });

  it('has all of its problems told at once, with their lines', async () => {
    const path = await fleetFile(
      `services:\n  - name: a\n    urll: https://a.example.com\n    token: ${SECRET}\n  - name: b\n    url: nowhere\n    client:\n      issuer: https://auth.example.com\n      clientSecret: ${SECRET}\n`,
    );
    const { exitCode, stderr } = await audienceAuth(['replay', path]);
    expect(exitCode).toBe(65);
    expect(stderr.replaceAll(path, 'FILE').split('\n')).toEqual([
      'FILE:2: services[0] has no url: where a request needs its token',
      'FILE:3: services[0].urll is not a key; did you mean url?',
      'FILE:6: services[1].url must be a URL that begins with https:// or http://',
      'FILE:7: services[1].client has no clientId: as the authorization server knows it',
      'audience-auth: fleet.yaml has 4 problems',
      '',
    ]);
    expect(stderr).not.toContain(SECRET);
  });

  it.each([
    [['--concurrency', '0'], 'replay takes a whole number from 1 to 32 for --concurrency'],
    [['--concurrency', 'many'], 'replay takes a whole number from 1 to 32 for --concurrency'],
    [['--timeout-seconds', '0'], 'replay takes a number from 0.05 to 300 for --timeout-seconds'],
    [['--timeout', '3'], 'replay has no option --timeout; did you mean --timeout-seconds?'],
  ])('is not read, if the options are wrong: %j', async (options, text) => {
    const { exitCode, stderr } = await audienceAuth(['replay', 'fleet.yaml', ...options]);
    expect(exitCode).toBe(64);
    expect(stderr).toContain(text);
  });
});
