import { describe, expect, it } from 'vitest';
import { audienceAuth } from './run-command.js';

describe('audience-auth --help', () => {
  it.each(['inspect', 'doctor', 'replay'])(
    'of %s has an example and the exit codes',
    async (name) => {
      const asked = [
        [name, '--help'],
        [name, '-h'],
        ['help', name],
      ];
      const runs = await Promise.all(asked.map(async (args) => audienceAuth(args)));
      for (const { exitCode, stdout, stderr } of runs) {
        expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
        expect(stdout).toMatch(new RegExp(`^Usage: audience-auth ${name} `));
        expect(stdout).toMatch(/\nExample:\n\n.*audience-auth /s);
        expect(stdout).toContain('Exit code');
      }
    },
  );

  it('lists the commands', async () => {
    for (const args of [['--help'], ['-h'], ['help']]) {
      const { exitCode, stdout } = await audienceAuth(args);
      expect(exitCode).toBe(0);
      for (const name of ['inspect', 'doctor', 'replay'])
        expect(stdout).toMatch(new RegExp(`\n  ${name} +[a-z]`));
    }
  });
});

describe('progress', () => {
  it('is one line that is written over on a terminal, and gone at the end', async () => {
    const { stderr } = await audienceAuth(['doctor', 'http://127.0.0.1:1'], {
      isTTY: true,
      columns: 20,
    });
    const [first = '', ...rest] = stderr.split('\r\u001b[2K').slice(1);
    expect(first).toBe('asking for http://1');
    expect(rest).toEqual([expect.stringMatching(/^audience-auth: .*\n$/)]);
  });
});
