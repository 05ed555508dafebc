import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuthorizationServer } from '../support/authorization-server.js';
import { ResourceServer } from '../support/resource-server.js';
import { folder, matrixOf, replayOver, reportOver } from './fleet.js';
import { tutorialService } from './tutorial-service.js';

/** Three Nest services behind one authorization server, and a fourth that skips the audience. */
const FLEET = {
  tickets: 'https://tickets.example.com/mcp',
  search: 'https://search.example.com/mcp',
  billing: 'https://billing.example.com/mcp',
};
type Name = keyof typeof FLEET;

let server: AuthorizationServer;
let tutorial: Awaited<ReturnType<typeof tutorialService>>;
const guarded = new Map<Name, ResourceServer>();

beforeAll(async () => {
  server = await AuthorizationServer.start();
  tutorial = await tutorialService(server);
  for (const [index, name] of (Object.keys(FLEET) as Name[]).entries()) {
    const adapter = index % 2 === 0 ? 'express' : 'fastify';
    const options = { issuer: server.issuer, audience: FLEET[name] };
    guarded.set(name, await ResourceServer.start(adapter, options));
  }
});
afterAll(async () => {
  await tutorial.stop();
  await Promise.all([...guarded.values()].map((each) => each.stop()));
  await server.stop();
});

/** The entry of a service, with a token that is for it. */
function service(name: Name, url = `${guarded.get(name)?.url}/plain`): object {
  const audience = FLEET[name];
  return { name, url, audience, token: server.issue({ aud: audience }) };
}

const closedFleet = () => [service('tickets'), service('search'), service('billing')];
const leakyFleet = () => [service('tickets'), service('search'), service('billing', tutorial.url)];

describe('audience-auth replay', () => {
  it('reports a closed fleet as closed', async () => {
    const { exitCode, report } = await reportOver(closedFleet());
    expect(exitCode).toBe(0);
    expect(report.verdict).toBe('closed');
    expect(matrixOf(report)).toBe('✓ ✗ ✗ / ✗ ✓ ✗ / ✗ ✗ ✓ / ✗ ✗ ✗ / ✗ ✗ ✗');
    expect(report.findings.map(({ level }) => level)).toEqual(['ok', 'ok', 'ok']);
  });

  it('finds the leak where one of three services skips the audience', async () => {
    const { exitCode, report } = await reportOver(leakyFleet());
    expect(exitCode).toBe(1);
    expect(report.verdict).toBe('crossed');
    expect(matrixOf(report)).toBe('✓ ✗ ! / ✗ ✓ ! / ✗ ✗ ✓ / ✗ ✗ ✗ / ✗ ✗ ✗');
    expect(report.findings[0]).toEqual({
      level: 'problem',
      title: 'billing lets in the token for tickets and the token for search',
      detail: 'token for tickets, token for search: 200',
      remedy: expect.stringContaining(`audience: '${FLEET.billing}'`) as string,
    });
  });

  it('gives status, challenge, error and reason as evidence for a cell', async () => {
    const { report } = await reportOver(closedFleet());
    expect(report.cells[1]).toMatchObject({
      token: 'token for tickets',
      service: 'search',
      expected: 'refused',
      verdict: 'refused',
      status: 401,
      error: 'invalid_token',
      reason: 'audience_mismatch',
      challenge: 'Bearer error="invalid_token", resource_metadata=…, error_description=…',
    });
  });

  it('prints the matrix, the evidence and what to mend', async () => {
    const { exitCode, stdout, stderr } = await replayOver(leakyFleet());
    expect(exitCode).toBe(1);
    const lines = stdout.split('\n');
    expect(lines.slice(0, 6)).toEqual([
      '                at  tickets   search   billing',
      'token for tickets   ✓ 200     ✗ 401    ! 200',
      'token for search    ✗ 401     ✓ 200    ! 200',
      'token for billing   ✗ 401     ✗ 401    ✓ 200',
      'no token            ✗ 401     ✗ 401    ✗ 401',
      'garbage             ✗ 401     ✗ 401    ✗ 401',
    ]);
    expect(lines).toContain(
      '  ✗ 401 invalid_token audience_mismatch  ← token for search, token for billing',
    );
    expect(stdout).toContain('Problem: billing lets in the token for tickets');
    expect(stdout.trimEnd()).toMatch(/Crossed: a service lets in what is not for it\.$/);
    expect(stdout).not.toContain('\u001b');
    expect(stderr.split('\n')).toEqual([
      'the token for tickets',
      'the token for search',
      'the token for billing',
      'every service, with its own token',
      'token for tickets, at every other service',
      'token for search, at every other service',
      'token for billing, at every other service',
      'no token, at every service',
      'garbage, at every service',
      '',
    ]);
  });

  it('numbers services whose names do not fit', async () => {
    const { stdout } = await replayOver(closedFleet(), { columns: 40 });
    expect(stdout).toMatch(/^ +at {2}\(1\) +\(2\) +\(3\)\n/);
    expect(stdout).toMatch(/^\(3\) billing: GET /m);
  });

  it.each([
    ['on a terminal', {}, true],
    ['with NO_COLOR', { NO_COLOR: '1' }, false],
  ])('has colours %s: %o', async (_where, env, colours) => {
    const { stdout } = await replayOver(closedFleet(), { isTTY: true, env });
    expect(stdout.includes('\u001b[32m')).toBe(colours);
  });

  it('writes the report as a page, whatever the verdict', async () => {
    const path = join(await folder(), 'report.html');
    const { exitCode } = await replayOver(leakyFleet(), {}, '--html', path);
    expect(exitCode).toBe(1);
    const page = await readFile(path, 'utf8');
    expect(page).toContain('<h1>A token crossed over</h1>');
    expect(page).toContain('billing lets in the token for tickets and the token for search');
  });

  it('says where a page cannot be written', async () => {
    const path = join(await folder(), 'missing', 'report.html');
    const { exitCode, stdout, stderr } = await replayOver(closedFleet(), {}, '--html', path);
    expect(exitCode).toBe(66);
    expect(stdout).toContain('Closed:');
    expect(stderr).toContain(`audience-auth: the report cannot be written to ${path} (ENOENT)\n`);
  });

  it('lets services of one audience have each other’s tokens', async () => {
    const rest = service('tickets');
    const same = { ...service('tickets', `${guarded.get('tickets')?.url}/claim`), name: 'MCP' };
    const { exitCode, report } = await reportOver([rest, same, service('search')]);
    expect(matrixOf(report)).toBe('✓ ✓ ✗ / ✓ ✓ ✗ / ✗ ✗ ✓ / ✗ ✗ ✗ / ✗ ✗ ✗');
    expect(exitCode).toBe(0);
  });

  it('calls nothing closed that was offered no token for another service', async () => {
    const same = { ...service('tickets', `${guarded.get('tickets')?.url}/claim`), name: 'MCP' };
    for (const fleet of [
      [service('tickets')],
      [service('billing', tutorial.url)],
      [service('tickets'), same],
    ]) {
      const { exitCode, report } = await reportOver(fleet);
      expect(report.verdict).toBe('not judged');
      expect(exitCode).toBe(2);
      expect(report.findings.map(({ title }) => title)).toContainEqual(
        expect.stringMatching(/was offered no token of a service with another audience$/),
      );
    }
  });

  it.each([
    ['the same', (token: string) => token],
    ['another that names both', () => server.issue({ aud: Object.values(FLEET) })],
    ['another for the wrong one', () => server.issue({ aud: FLEET.tickets })],
  ])(
    'blames a token that names the service in aud, and not the service: %s',
    async (_how, make) => {
      const tickets = service('tickets') as { token: string };
      const search = { ...service('search', tutorial.url), token: make(tickets.token) };
      const { exitCode, report } = await reportOver([tickets, search]);
      expect(exitCode).toBe(1);
      expect(report.findings.map(({ title }) => title)).toContain(
        'tickets lets in the token for search, whose aud names it',
      );
    },
  );

  it('uses the method that the file names', async () => {
    const posted = { ...service('tickets'), method: 'post' };
    const { exitCode, report } = await reportOver([posted, service('search')]);
    expect(report.cells[0]).toMatchObject({ verdict: 'let in', status: 201 });
    expect(exitCode).toBe(0);
  });

  it('shows no query of a URL', async () => {
    const keyed = service('tickets', `${guarded.get('tickets')?.url}/plain?key=k3y-of-the-api`);
    const { output } = await replayOver([keyed, service('search')], {}, '--json');
    expect(output).toContain('/plain"');
    expect(output).not.toContain('k3y-of-the-api');
  });

  it('shows nothing of a name that could turn or hide what stands beside it, in JSON as well', async () => {
    const turning = { ...service('tickets'), name: 'tickets\u202e2J' };
    for (const options of [[], ['--json']]) {
      const { output } = await replayOver([turning, service('search')], {}, ...options);
      expect(output).toContain('tickets\\u202e2J');
      expect(output).not.toContain('\u202e');
    }
  });
});
