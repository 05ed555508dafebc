import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { CODE, issuingServer, TICKETS } from './doctor-run.js';
import { CLIENT, SECRET } from './issuing-server.js';
import { audienceAuth } from './run-command.js';
import { expectNothingOf } from './secrecy.js';

it('audience-auth doctor --html writes one page with findings, remedies and options, and no secret', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'audience-auth-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'report.html');
  const server = await issuingServer((_form, self) => ({
    access_token: self.token({ aud: 'a<script>"', sub: '<b>' }),
  }));
  const { exitCode } = await audienceAuth(
    [
      'doctor',
      server.issuer,
      '--client-id',
      CLIENT,
      '--resource',
      TICKETS,
      '--resource',
      CODE,
    ].concat('--html', file),
    { env: { AUDIENCE_AUTH_CLIENT_SECRET: SECRET } },
  );
  expect(exitCode).toBe(1);
  const page = await readFile(file, 'utf8');
  expect(page).toContain('resource= is ignored');
  expect(page).toContain('Have the server write the service that was named');
  expect(page).toMatch(/AudienceAuthModule\.forRoot\(\{\n {2}issuer: /);
  expect(page).not.toContain('<script');
  for (const secret of [SECRET, ...server.tokens]) expectNothingOf(secret, page);
});
