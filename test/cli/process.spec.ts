import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { AUDIENCE } from '../support/tokens.js';
import { issuingServer, TICKETS } from './doctor-run.js';
import { CLIENT, SECRET } from './issuing-server.js';
import { expectNothingOf } from './secrecy.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const manifest = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as {
  version: string;
  bin: Record<string, string>;
};

/** Runs what is installed as `audience-auth`, in a process of its own. */
async function run(args: readonly string[], stdin = '', env: Record<string, string> = {}) {
  const program = `${root}${manifest.bin['audience-auth']}`;
  const child = spawn(process.execPath, [program, ...args], {
    env: { PATH: process.env.PATH, ...env },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => (stdout += String(chunk)));
  child.stderr.on('data', (chunk) => (stderr += String(chunk)));
  child.stdin.end(stdin);
  const exitCode = await new Promise((resolve) => child.on('close', resolve));
  return { exitCode, stdout, stderr };
}

describe('audience-auth, as a process', () => {
  it('tells its version', async () => {
    expect(await run(['--version'])).toEqual({
      exitCode: 0,
      stdout: `${manifest.version}\n`,
      stderr: '',
    });
  });

  it('has no good answer where it could not be written', async () => {
    const program = `${root}${manifest.bin['audience-auth']}`;
    const ended = (redirection: string) =>
      new Promise((resolve) => {
        const line = `exec "${process.execPath}" "${program}" --help ${redirection}`;
        spawn('sh', ['-c', line], { stdio: 'ignore' }).once('close', resolve);
      });
    expect(await ended('> /dev/full')).toBe(66);
    expect(await ended('2> /dev/full')).toBe(0);
  });

  it('inspects a token on stdin, and verifies it', async () => {
    const server = await issuingServer();
    const args = ['inspect', '-', '--issuer', server.issuer, '--audience'];
    const good = await run([...args, AUDIENCE], server.token());
    expect(good).toMatchObject({
      exitCode: 0,
      stderr: `fetching the keys of ${server.issuer}\n`,
    });
    expect(good.stdout).toContain('Let in');
    expect((await run([...args, TICKETS], server.token())).exitCode).toBe(1);
    for (const token of server.tokens) expectNothingOf(token, good.stdout);
  });

  it('examines a server, and shows progress as plain lines', async () => {
    const server = await issuingServer(({ resource }, self) => ({
      access_token: self.token({ aud: resource }),
    }));
    const args = ['doctor', server.issuer, '--client-id', CLIENT, '--resource', TICKETS];
    const { exitCode, stdout, stderr } = await run(args, '', {
      AUDIENCE_AUTH_CLIENT_SECRET: SECRET,
    });
    expect({ exitCode, stderr }).toEqual({
      exitCode: 0,
      stderr: expect.stringMatching(/^(?:asking for .*\n|fetching its keys\n)+$/),
    });
    for (const secret of [SECRET, ...server.tokens]) expectNothingOf(secret, stdout + stderr);
  });

  it('says in one line what is wrong', async () => {
    const { exitCode, stderr } = await run(['doctor', 'https://nowhere.invalid']);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(
      /^asking for .*\naudience-auth: the host nowhere\.invalid has no address.*\n$/,
    );
  });

  it('ends quietly where nobody reads on', async () => {
    const server = await issuingServer();
    const token = server.token({
      padding: 'x'.repeat(12_000),
      more: Array.from({ length: 200 }, (_, at) => at),
    });
    const program = `${root}${manifest.bin['audience-auth']}`;
    const child = spawn(process.execPath, [program, 'inspect', '--json']);
    let stderr = '';
    child.stderr.on('data', (chunk) => (stderr += String(chunk)));
    child.stdout.destroy();
    child.stdin.end(token);
    await new Promise((resolve) => child.on('close', resolve));
    expect(stderr).toBe('');
  });
});
