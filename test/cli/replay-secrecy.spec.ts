import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Answer } from '../support/answers.js';
import { AuthorizationServer } from '../support/authorization-server.js';
import { answering, folder, replayOver } from './fleet.js';
import { expectNothingOf } from './secrecy.js';

const SECRET = 'v3ry-s3cr3t/and+nobodys=business';

/** Repeats all it was sent, in every place that is looked at. */
const echo =
  (status: number, spell: (text: string) => string = (text) => text): Answer =>
  (request, response) => {
    const sent = spell(request.headers.authorization ?? '');
    response
      .writeHead(status, {
        'www-authenticate': `Bearer error="${sent}", error_description="no: ${sent}", realm="${sent.slice(7, 40)}"`,
        location: `https://elsewhere.example.com/?token=${sent}`,
        'x-token': sent,
      })
      .end(JSON.stringify({ reason: sent, error: sent, message: sent }));
  };

const SPELLINGS: [string, (text: string) => string][] = [
  ['as it is', (text) => text],
  ['in capitals', (text) => text.toUpperCase()],
  [
    'in lower case, as a word',
    (text) =>
      text
        .toLowerCase()
        .replaceAll(/[^a-z]+/g, '_')
        .replace(/^bearer_/, '')
        .slice(0, 39),
  ],
  ['in base64', (text) => Buffer.from(text).toString('base64')],
  ['in part', (text) => text.slice(20, 60)],
];

/** Everything that a run leaves behind: what it prints as text and as JSON, and its page. */
async function traces(services: readonly object[], env: Record<string, string>): Promise<string> {
  const page = join(await folder(), 'report.html');
  const text = await replayOver(services, { env, isTTY: true }, '--html', page);
  const json = await replayOver(services, { env }, '--json');
  return text.output + json.output + (await readFile(page, 'utf8').catch(() => ''));
}

const STATUSES = [200, 302, 400, 401, 403, 404, 500];

describe('replay gives nothing away', () => {
  it.each(SPELLINGS)('of tokens that services repeat, %s', async (_how, spell) => {
    const server = await AuthorizationServer.start();
    onTestFinished(() => server.stop());
    const tokens = STATUSES.map(() => server.issue());
    const services = STATUSES.map(async (status, index) => ({
      name: `service ${status}`,
      url: await answering(echo(status, spell)),
      ...[
        { token: tokens[index] },
        { tokenEnv: `TOKEN_${index}` },
        { tokenCommand: [process.execPath, '-p', `process.env.TOKEN_${index}`] },
      ][index % 3],
    }));
    const env = Object.fromEntries(tokens.map((token, index) => [`TOKEN_${index}`, token]));
    const output = await traces(await Promise.all(services), env);
    expect(output).toContain('token for service 200');
    for (const token of tokens) {
      expectNothingOf(token, output);
      expectNothingOf(spell(`Bearer ${token}`).slice(7), output);
    }
  });

  it.each([200, 302, 400, 401, 403, 500])(
    'of a secret that an authorization server repeats with %i',
    async (status) => {
      const server = await AuthorizationServer.start();
      onTestFinished(() => server.stop());
      server.metadata = { ...server.metadata, token_endpoint: `${server.origin}/token` };
      server.fail('/token', (request, response) => {
        const basic = request.headers.authorization?.replace('Basic ', '') ?? '';
        const secret = decodeURIComponent(Buffer.from(basic, 'base64').toString());
        const body = { error: secret, error_description: `${secret} ${basic}`, token_type: secret };
        response
          .writeHead(status, { 'content-type': 'application/json' })
          .end(JSON.stringify(body));
      });
      const client = { issuer: server.issuer, clientId: 'checker', clientSecret: SECRET };
      const output = await traces([{ name: 'a', url: server.issuer, client }], {});
      expect(output).toContain('no token for a');
      expectNothingOf(SECRET, output);
      expectNothingOf(
        Buffer.from(`checker:${encodeURIComponent(SECRET)}`).toString('base64'),
        output,
      );
    },
  );

  it('of a secret that is written where it does not belong', async () => {
    const services = [
      { name: SECRET.repeat(2), url: SECRET, method: SECRET, [SECRET]: SECRET, tokenEnv: SECRET },
    ];
    expectNothingOf(SECRET, await traces(services, {}));
  });
});
