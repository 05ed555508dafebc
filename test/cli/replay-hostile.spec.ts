import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { ReplayReport } from '../../lib/cli/replay/replay-report.js';
import { AuthorizationServer } from '../support/authorization-server.js';
import { ResourceServer } from '../support/resource-server.js';
import { folder } from './fleet.js';
import { audienceAuth, type Run } from './run-command.js';
import { expectNothingOf } from './secrecy.js';
import { tutorialService } from './tutorial-service.js';

const AUDIENCE = 'https://tickets.example.com/mcp';

let server: AuthorizationServer;
let testIssuer: AuthorizationServer;
let trusting: ResourceServer;
let distrustful: ResourceServer;
let tutorial: Awaited<ReturnType<typeof tutorialService>>;

beforeAll(async () => {
  server = await AuthorizationServer.start();
  testIssuer = await AuthorizationServer.start();
  const issuer = [server.issuer, testIssuer.issuer] as const;
  trusting = await ResourceServer.start('express', { issuer, audience: AUDIENCE });
  distrustful = await ResourceServer.start('fastify', {
    issuer: server.issuer,
    audience: AUDIENCE,
  });
  tutorial = await tutorialService(testIssuer);
});
afterAll(async () => {
  await tutorial.stop();
  await Promise.all([trusting.stop(), distrustful.stop()]);
  await Promise.all([server.stop(), testIssuer.stop()]);
});

/** Runs over one service, with the key of the test issuer in a file beside. */
async function runOver(
  url: string,
  { from = server, key = JSON.stringify(testIssuer.key.privateJwk) } = {},
  ...options: readonly string[]
): Promise<Run> {
  const path = join(await folder(), 'fleet.json');
  const token = from.issue({ aud: AUDIENCE });
  const fleet = {
    services: [{ name: 'tickets', url, audience: AUDIENCE, token }],
    hostile: { issuer: testIssuer.issuer, keyFile: 'test-issuer.jwk.json' },
  };
  await writeFile(path, JSON.stringify(fleet));
  await writeFile(join(path, '..', 'test-issuer.jwk.json'), key);
  return audienceAuth(['replay', path, ...options]);
}

const reportOf = ({ stdout }: Run): ReplayReport => JSON.parse(stdout) as ReplayReport;

/** How many hostile tokens came out in each way. */
function outcomes({ tokens, cells }: ReplayReport): Record<string, number> {
  const hostile = new Set(tokens.filter(({ kind }) => kind === 'hostile').map(({ name }) => name));
  const found: Record<string, number> = {};
  for (const { token, verdict } of cells) {
    if (hostile.has(token)) found[verdict] = (found[verdict] ?? 0) + 1;
  }
  return found;
}

describe('replay with a test issuer', () => {
  it('tries a good token of it, and all hostile ones', async () => {
    const run = await runOver(`${trusting.url}/plain`, {}, '--json');
    expect(run.exitCode).toBe(0);
    const report = reportOf(run);
    expect(
      report.cells.find(({ token }) => token === 'good token of the test issuer'),
    ).toMatchObject({
      expected: 'let in',
      verdict: 'let in',
    });
    const { refused = 0, ...others } = outcomes(report);
    expect(refused).toBeGreaterThan(50);
    expect(others).toEqual({});
    expect(report.cells.find(({ token }) => token === 'a token for another service')).toMatchObject(
      {
        verdict: 'refused',
        reason: 'audience_mismatch',
      },
    );
  });

  it('shows them as one row', async () => {
    const { stdout } = await runOver(`${trusting.url}/plain`);
    expect(stdout).toMatch(/^good token of the test issuer +✓ 200$/m);
    expect(stdout).toMatch(/^\d+ hostile tokens +✗ 401$/m);
    expect(stdout).toMatch(
      /^ {2}✗ 401 invalid_token token_kind_unexpected {2}← .*an ID token.* and \d+ more$/m,
    );
  });

  it('shows the worst that came of them', async () => {
    const { stdout } = await runOver(tutorial.url, { from: testIssuer });
    expect(stdout).toMatch(/^\d+ hostile tokens +! \d+ of \d+$/m);
  });

  it('finds what a service lets in that does not look at the audience', async () => {
    const run = await runOver(tutorial.url, { from: testIssuer }, '--json');
    expect(run.exitCode).toBe(1);
    const report = reportOf(run);
    expect(report.findings[0]?.title).toMatch(/^tickets lets in \d+ hostile tokens$/);
    expect(report.findings[0]?.detail).toContain('a token for another service');
    const crossed = report.cells.filter(({ verdict }) => verdict === 'crossed');
    expect(crossed.map(({ token }) => token)).toContain('a token without an audience');
  });

  it('does not believe a service that would refuse the test issuer anyway', async () => {
    const run = await runOver(`${distrustful.url}/plain`, {}, '--json');
    expect(run.exitCode).toBe(2);
    const report = reportOf(run);
    expect(outcomes(report)).toEqual({ 'not judged': expect.any(Number) as number });
    expect(report.findings.map(({ title }) => title)).toContain(
      'tickets does not let in a good token of the test issuer, so that hostile ones prove nothing',
    );
  });

  it('shows them as one row in the page, too', async () => {
    const path = join(await folder(), 'report.html');
    await runOver(tutorial.url, { from: testIssuer }, '--html', path);
    expect(await readFile(path, 'utf8')).toMatch(/<th scope="row">\d+ hostile tokens<\/th>/);
  });

  it.each(['a', 'A', '1'])('finds nothing wrong with a key that is called %s', async (kid) => {
    const key = testIssuer.key.as(kid);
    testIssuer.keys = [key.jwk];
    const options = { issuer: testIssuer.issuer, audience: AUDIENCE };
    const service = await ResourceServer.start('express', options);
    onTestFinished(async () => {
      testIssuer.keys = [testIssuer.key.jwk];
      await service.stop();
    });
    const { stdout } = await runOver(
      `${service.url}/plain`,
      { from: testIssuer, key: JSON.stringify(key.privateJwk) },
      '--json',
    );
    expect(Object.keys(outcomes(JSON.parse(stdout) as ReplayReport))).toEqual(['refused']);
  });

  it('gives nothing of the key away', async () => {
    const { output } = await runOver(`${trusting.url}/plain`, {}, '--json');
    expectNothingOf(String(testIssuer.key.privateJwk.d), output);
  });
});

describe('replay needs the key of the test issuer', () => {
  it.each<[string, string, number, RegExp]>([
    ['as JSON', 'd: 3', 65, /test-issuer\.jwk\.json holds no private JWK \(RFC 7517\)$/],
    ['as a JWK', '{"kty":"EC","alg":"ES256","kid":"1","d":"abc"}', 65, /holds no private JWK/],
    [
      'with alg and kid',
      '{"kty":"EC"}',
      65,
      /lacks alg or kid\. Give it its kid, and for alg one of RS256,/,
    ],
  ])('%s', async (_what, key, exitCode, line) => {
    const run = await runOver(`${trusting.url}/plain`, { key });
    expect(run.exitCode).toBe(exitCode);
    expect(run.stderr.trimEnd()).toMatch(line);
    expect(run.stdout).toBe('');
  });

  it('in a file that is there', async () => {
    const path = join(await folder(), 'fleet.json');
    const services = [{ name: 'a', url: trusting.url, audience: AUDIENCE, token: 'token-a' }];
    const hostile = { issuer: testIssuer.issuer, keyFile: 'missing.json' };
    await writeFile(path, JSON.stringify({ services, hostile }));
    const { exitCode, stderr } = await audienceAuth(['replay', path]);
    expect(exitCode).toBe(66);
    expect(stderr).toMatch(/the key file .*missing\.json cannot be read \(ENOENT\)/);
  });

  it('and a service with an audience, which the tokens are for', async () => {
    const path = join(await folder(), 'fleet.json');
    const services = [{ name: 'a', url: trusting.url, token: 'token-a' }];
    await writeFile(
      path,
      JSON.stringify({ services, hostile: { issuer: 'https://t.example.com', keyFile: 'k' } }),
    );
    const { exitCode, stderr } = await audienceAuth(['replay', path]);
    expect(exitCode).toBe(65);
    expect(stderr).toContain('hostile needs a service with an audience');
  });
});
