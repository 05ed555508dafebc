import { describe, expect, it } from 'vitest';
import { inspect as inspection } from '../../lib/cli/inspect/inspection.js';
import { resolveOptions } from '../../lib/options/settings.js';
import { stopTheClock } from '../support/clock.js';
import { AUDIENCE, now } from '../support/tokens.js';
import { issuingServer } from './doctor-run.js';
import { audienceAuth, type Run, type Surroundings } from './run-command.js';
import { expectNothingOf } from './secrecy.js';
import { IssuingServer } from './issuing-server.js';
import { signingKey } from '../support/signing-key.js';
import { validClaims, validHeader, type Claims } from '../support/tokens.js';

const ISSUER = 'https://auth.example.com';
const KEY = signingKey('ES256');

function tokenOf(claims: Claims = {}, header: Claims = {}): string {
  return KEY.sign(
    { ...validHeader('ES256', 'ES256'), ...header },
    { ...validClaims(ISSUER), ...claims },
  );
}

/** Inspects a token from stdin; nothing of it may come out again. */
async function inspect(
  token: string,
  args: readonly string[] = [],
  more: Surroundings = {},
): Promise<Run> {
  const run = await audienceAuth(['inspect', ...args], { stdin: token, ...more });
  expectNothingOf(token, run.output);
  return run;
}

describe('audience-auth inspect: what it shows', () => {
  stopTheClock();

  it('shows header and claims, with times as dates and ages', async () => {
    const { stdout } = await inspect(
      tokenOf({ iat: now() - 7200, exp: now() + 90, nbf: now() - 5, auth_time: now() - 200_000 }),
    );
    expect(stdout).toMatch(/typ +"at\+jwt"/);
    expect(stdout).toMatch(/aud +"https:\/\/api.example.com\/mcp"/);
    const date = (seconds: number) =>
      new Date((now() + seconds) * 1000).toISOString().replace('.000', '');
    expect(stdout).toContain(`${date(-7200)}, 2 hours ago`);
    expect(stdout).toContain(`${date(90)}, in 90 seconds`);
    expect(stdout).toContain(`${date(-5)}, 5 seconds ago`);
    expect(stdout).toContain(', 2 days ago');
  });

  it('gives machines the same', async () => {
    const { stdout } = await inspect(tokenOf({ exp: now() - 600 }), ['--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      verdict: 'refused',
      reason: 'token_expired',
      header: { typ: 'at+jwt', alg: 'ES256' },
      claims: { aud: AUDIENCE },
      times: { exp: expect.stringContaining(', 10 minutes ago') },
      checks: expect.arrayContaining([
        { name: 'structure', outcome: 'passed' },
        {
          name: 'lifetime',
          outcome: 'failed',
          reason: 'token_expired',
          detail: 'it expired 10 minutes ago',
          remedy: expect.stringContaining('Get a new token'),
        },
      ]),
    });
  });

  it('goes through the checks in the order of the guard, and beyond the first that fails', async () => {
    const { stdout } = await inspect(tokenOf({ exp: now() - 600, cnf: {} }), [
      '--audience',
      'https://other.example.com',
      '--scopes',
      'files:read b',
      '--json',
    ]);
    const { checks } = JSON.parse(stdout) as { checks: { name: string; outcome: string }[] };
    expect(checks.map(({ name, outcome }) => [name, outcome])).toEqual([
      ['bearer token', 'passed'],
      ['structure', 'passed'],
      ['issuer', 'undecided'],
      ['algorithm', 'passed'],
      ['signature', 'undecided'],
      ['claim types', 'passed'],
      ['lifetime', 'failed'],
      ['audience', 'failed'],
      ['token kind', 'passed'],
      ['binding', 'failed'],
      ['scopes', 'failed'],
    ]);
  });

  it('cannot say where nothing speaks against a token and something was not checked: exit code 2', async () => {
    const { exitCode, stdout } = await inspect(tokenOf(), ['--audience', AUDIENCE]);
    expect(exitCode).toBe(2);
    expect(stdout).toContain('never from where the token says');
    expect(stdout).toContain('Cannot say');
  });

  it.each([
    ['2YotnFZFEjr1zCsicMWpAA', 'an opaque token'],
    ['a.b.c.d.e', 'an encrypted token'],
    ['{"access_token":"abcdefghi"}', 'perhaps the answer of a token endpoint'],
    ['a.b', 'it has 2 parts'],
    ['a b.c.d', 'white space in it'],
    ['e30=.e30.e30', 'the header is padded'],
    ['e30.e+0.e30', 'the payload is written in base64'],
    ['e30.e30.a', 'the signature is not canonical base64url'],
    ['W10.e30.e30', 'the header is no JSON object'],
  ])('says why %s is no token', async (token, what) => {
    const { exitCode, stdout } = await audienceAuth(['inspect'], { stdin: token });
    expect(exitCode).toBe(1);
    expect(stdout).toContain(what);
  });

  it('says for what a token is none of the right kind', async () => {
    const idToken = { scope: undefined, client_id: undefined };
    const spoilt = await inspect(tokenOf({ ...idToken, nonce: 'n', at_hash: 'h' }, { typ: 'JWT' }));
    expect(spoilt.stdout).toContain('because of nonce, at_hash');
    const plain = await inspect(tokenOf(idToken, { typ: undefined }));
    expect(plain.stdout).toContain('nothing in it shows that it is an access token');
  });

  it('does not blame single members where a mark is missing', async () => {
    const settings = resolveOptions({
      issuer: ISSUER,
      audience: AUDIENCE,
      tokenProfile: 'rfc9068',
    });
    const given = { issuerGiven: true, audienceGiven: true, scopes: [], keys: 'none' };
    const { checks } = inspection(tokenOf({}, { typ: 'JWT' }), { settings, ...given }, now());
    expect(checks).toContainEqual({
      name: 'token kind',
      outcome: 'failed',
      reason: 'token_kind_unexpected',
      detail: 'nothing in it shows that it is an access token',
    });
  });

  it('notes what a service could be set up with, and should not', async () => {
    const { stderr } = await inspect(tokenOf(), ['--audience', 'api']);
    expect(stderr).toMatch(/^Note: audience is so general/);
  });

  it('shows nothing that could move the cursor or hide a line', async () => {
    const nasty = { sub: 'a\u001b[2Jb\u009bc\u202ed\u2028e', 'x\u001b': 1, 'tag\u{e0041}': 1 };
    const escapes = ['\\u001b[2Jb\\u009bc\\u202ed\\u2028e', 'x\\u001b', 'tag\\udb40\\udc41'];
    for (const args of [[], ['--json']]) {
      const { stdout } = await inspect(tokenOf(nasty), args);
      for (const each of escapes) expect(stdout).toContain(each);
      expect(stdout).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\u2028\u2029]/u);
    }
  });

  it('respects NO_COLOR, and that nobody looks: colours are for a terminal', async () => {
    const coloured = '\u001b[';
    const token = tokenOf();
    expect((await inspect(token, [], { isTTY: true })).stdout).toContain(coloured);
    expect(
      (await inspect(token, [], { isTTY: true, env: { NO_COLOR: '1' } })).stdout,
    ).not.toContain(coloured);
    expect((await inspect(token)).stdout).not.toContain(coloured);
  });
});

describe('audience-auth inspect: near misses', () => {
  const A = 'https://api.example.com/mcp';

  it.each([
    [`${A}/`, 'differs from it only by a trailing slash'],
    ['https://API.example.com/mcp', 'differs from it only by case'],
    ['http://api.example.com/mcp', 'differs from it only by the scheme'],
    ['https://api.example.com:443/mcp', 'differs from it only by the port'],
    ['https://api.example.com/%6dcp', 'differs from it only by percent-encoding'],
    [` ${A}`, 'differs from it only by white space'],
    ['https://api.example.com/m\u200bcp', 'differs from it only by characters that are not seen'],
    ['https://\u0430pi.example.com/mcp', 'differs from it only by letters that look alike'],
    ['https://api.examp1e.com/mcp', 'differs from it only by letters that look alike'],
    [
      'http://Api.example.com/mcp/',
      'differs from it only by case, the scheme and a trailing slash',
    ],
    [`${A}/v2`, 'begins with it and goes on'],
    ['https://api.example.com', 'is only its beginning'],
    ['https://api.example.com/other', 'has the same host, and another path'],
  ])('says how %j misses', async (aud, how) => {
    const { exitCode, stdout } = await inspect(tokenOf({ aud: ['x', aud] }), ['--audience', A]);
    expect(exitCode).toBe(1);
    expect(stdout).toContain(`"${A}" was expected, and it ${how}`);
  });

  it('says nothing of the kind where the audience is quite another', async () => {
    const { stdout } = await inspect(tokenOf({ aud: 'https://else.example.org' }), [
      '--audience',
      A,
    ]);
    expect(stdout).toContain(`aud is "https://else.example.org"; "${A}" was expected\n`);
  });

  it('says so of scopes', async () => {
    const { stdout } = await inspect(tokenOf({ scope: 'Files:read' }), ['--scopes', 'files:read']);
    expect(stdout).toContain('"files:read" is missing ("Files:read" differs from it only by case)');
  });

  it('says so of the issuer', async () => {
    const server = await issuingServer();
    const { stdout } = await inspect(server.token({ iss: `${server.issuer}/` }), [
      '--issuer',
      server.issuer,
    ]);
    expect(stdout).toContain('differs from it only by a trailing slash');
    expect(stdout).toContain('✓ signature');
  });

  it('says where the client is the audience', async () => {
    const { stdout } = await inspect(tokenOf({ aud: 'cli' }), ['--audience', A]);
    expect(stdout).toContain('this may be an ID token');
  });
});

describe('audience-auth inspect: what it sends', () => {
  it('asks nobody but the issuer that is given, and tells it nothing of the token', async () => {
    const [named, given] = [await issuingServer(), await issuingServer()];
    const token = named.token({}, { jku: `${named.issuer}/jwks`, x5u: `${named.issuer}/x5u` });
    await inspect(token);
    await inspect(token, ['--issuer', given.issuer]);
    expect(named.heard).toEqual([]);
    expect(given.paths).toEqual(['/.well-known/oauth-authorization-server', '/jwks']);
    expectNothingOf(token, given.heard.join('\n'));
  });

  it('cannot say if the issuer cannot be asked: exit code 2, but 1 where the token is bad anyway', async () => {
    const gone = await IssuingServer.start();
    await gone.stop();
    const args = ['--issuer', gone.issuer, '--audience', AUDIENCE];
    const { exitCode, stdout } = await inspect(gone.token(), args);
    expect(exitCode).toBe(2);
    expect(stdout).toContain('could not be reached (ECONNREFUSED)');
    expect((await inspect(gone.token({ aud: 'x' }), args)).exitCode).toBe(1);
  });
});

describe('audience-auth inspect: where the token comes from', () => {
  it('takes one from the command line, and warns of it', async () => {
    const token = tokenOf();
    const { stdout, stderr, output } = await audienceAuth(['inspect', token]);
    expect(stdout).toContain('✓ structure');
    expect(stderr).toContain('stays in the history of the shell');
    expectNothingOf(token, output);
  });

  it.each(['Bearer ', 'Authorization: bearer  ', '\n  '])(
    'passes over %j before it',
    async (before) => {
      const { stdout, stderr } = await audienceAuth(['inspect', '-'], {
        stdin: `${before}${tokenOf()}\n`,
      });
      expect(stdout).toContain('✓ structure');
      expect(stderr).toBe('');
    },
  );
});
