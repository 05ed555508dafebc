import { describe, expect, it } from 'vitest';
import { body, hangUp, status, type Answer } from '../support/answers.js';
import { answering, byToken, deserted, matrixOf, refusal, reportOver, welcome } from './fleet.js';

/** Answers with a status, a challenge and a body. */
function refusing(code: number, challenge: string | undefined, json: object = {}): Answer {
  return (_request, response) =>
    response
      .writeHead(code, challenge === undefined ? {} : { 'www-authenticate': challenge })
      .end(JSON.stringify(json));
}

const anonymous: Answer = (_request, response) =>
  response.writeHead(401, { 'www-authenticate': 'Bearer realm="a"' }).end();

/** Service a answers in this way to its own token and to that of b; b is in order. */
async function fleetOf(own: Answer, crossed: Answer, none = anonymous, garbage = refusal) {
  const a = await byToken({ 'token-a': own, 'token-b': crossed, '': none }, garbage);
  const b = await byToken({ 'token-b': welcome });
  return [
    { name: 'a', url: a, token: 'token-a' },
    { name: 'b', url: b, token: 'token-b' },
  ];
}

async function findingsOver(...answers: Parameters<typeof fleetOf>) {
  const { exitCode, report } = await reportOver(
    await fleetOf(...answers),
    {},
    '--timeout-seconds',
    '1',
  );
  const titles = report.findings.filter(({ level }) => level !== 'ok').map(({ title }) => title);
  return { exitCode, matrix: matrixOf(report), titles };
}

describe('replay judges a token of another service', () => {
  it('RFC 6750 §3.1: 401 with invalid_token as refused', async () => {
    expect(await findingsOver(welcome, refusal)).toEqual({
      exitCode: 0,
      matrix: '✓ ✗ / ✗ ✓ / ✗ ✗ / ✗ ✗',
      titles: [],
    });
  });

  it.each([200, 204])('%i as crossed over', async (code) => {
    const found = await findingsOver(welcome, status(code));
    expect(found).toMatchObject({ exitCode: 1, matrix: '✓ ✗ / ! ✓ / ✗ ✗ / ✗ ✗' });
    expect(found.titles).toEqual(['a lets in the token for b']);
  });

  it.each([
    [
      'RFC 6750 §3.1: insufficient_scope',
      refusing(403, 'Bearer error="insufficient_scope", scope="x"'),
    ],
    [
      'RFC 9470 §3: insufficient_user_authentication',
      refusing(401, 'Bearer error="insufficient_user_authentication"'),
    ],
    [
      '403 with the reason scope_insufficient',
      refusing(403, undefined, { reason: 'scope_insufficient' }),
    ],
    [
      '403 with the reason client_not_authorized',
      refusing(403, undefined, { reason: 'client_not_authorized' }),
    ],
  ])('%s as crossed over: it was accepted, and lacks a right', async (_name, answer) => {
    expect(await findingsOver(welcome, answer)).toMatchObject({
      exitCode: 1,
      matrix: '✓ ✗ / ! ✓ / ✗ ✗ / ✗ ✗',
      titles: ['a lets in the token for b'],
    });
  });

  it.each([405, 406, 415, 422])('%i as crossed over, where no token is 401', async (code) => {
    const found = await findingsOver(status(code), status(code));
    expect(found).toMatchObject({ exitCode: 1, matrix: '✓ ✗ / ! ✓ / ✗ ✗ / ✗ ✗' });
  });

  it.each([
    { message: 'Forbidden resource', path: '/search?q=audience' },
    { message: 'your plan does not cover invoices in AUD' },
  ])('a 403 as not judged that speaks of another audience: %j', async (said) => {
    const { exitCode } = await findingsOver(welcome, refusing(403, undefined, said));
    expect(exitCode).toBe(2);
  });

  it('insufficient_scope as crossed over in whichever challenge it stands', async () => {
    const twice = 'Bearer realm="api", Bearer error="insufficient_scope"';
    const { exitCode } = await findingsOver(welcome, refusing(401, twice));
    expect(exitCode).toBe(1);
  });

  it('a 400 whose challenge names no error as past the guard', async () => {
    const { exitCode } = await findingsOver(welcome, refusing(400, 'Bearer realm="api"'));
    expect(exitCode).toBe(1);
  });

  it('a bare 403 as not judged: it does not tell whether the audience was asked', async () => {
    expect(await findingsOver(welcome, status(403))).toEqual({
      exitCode: 2,
      matrix: '✓ ✗ / ? ✓ / ✗ ✗ / ✗ ✗',
      titles: ['a answers 403, which does not tell whether the token was taken for its own'],
    });
  });

  it.each([
    ['401 without a challenge', status(401)],
    ['401 with a challenge that names no error', refusing(401, 'Bearer realm="a"')],
    [
      '401 that names the error in another scheme',
      refusing(401, 'Bearer realm="a", DPoP error="invalid_token"'),
    ],
    ['400 with a challenge', refusing(400, 'Bearer error="invalid_request"')],
    [
      '403 that speaks of the audience',
      (_, response) => response.writeHead(403).end('Audiences in Jwt are not allowed'),
    ],
    [
      '403 whose message in JSON speaks of the audience',
      (_, response) => response.writeHead(403).end('{"message":"jwt audience invalid"}'),
    ],
  ] satisfies [string, Answer][])('%s as refused, and warns', async (_name, answer) => {
    expect(await findingsOver(welcome, answer)).toEqual({
      exitCode: 0,
      matrix: '✓ ✗ / ✗ ✓ / ✗ ✗ / ✗ ✗',
      titles: ['a refuses without saying invalid_token'],
    });
  });
});

describe('replay judges no token and garbage', () => {
  it('as crossed over, where everybody is let in', async () => {
    expect(await findingsOver(welcome, welcome, welcome, welcome)).toMatchObject({
      exitCode: 1,
      matrix: '✓ ✗ / ! ✓ / ! ✗ / ! ✗',
      titles: ['a lets in who has no token'],
    });
  });

  it('as crossed over, where any token will do', async () => {
    expect(await findingsOver(welcome, welcome, anonymous, welcome)).toMatchObject({
      exitCode: 1,
      titles: ['a lets in whatever is called a token'],
    });
  });

  it('as refused with 403, which no good token can have caused', async () => {
    expect(await findingsOver(welcome, refusal, status(403), status(403))).toMatchObject({
      exitCode: 0,
      matrix: '✓ ✗ / ✗ ✓ / ✗ ✗ / ✗ ✗',
      titles: ['a refuses without saying invalid_token'],
    });
  });
});

describe('replay says that a service could not be judged', () => {
  const cases: [string, Answer, string][] = [
    [
      'refuses its own token',
      refusing(401, 'Bearer error="invalid_token"', { reason: 'token_expired' }),
      'a refuses its own token',
    ],
    [
      'lacks a scope',
      refusing(403, 'Bearer error="insufficient_scope"'),
      'a does not allow its own token this request',
    ],
    ['forbids it', status(403), 'a does not allow its own token this request'],
    ['answers 404', status(404), 'a answers 404'],
    ['answers 429', status(429), 'a answers 429: too many requests'],
    ['answers 500', status(500), 'a answers with an error of its own'],
    ['answers 503', status(503, { 'retry-after': '5' }), 'a answers with an error of its own'],
    [
      'redirects',
      status(302, { location: 'https://elsewhere.example.com/' }),
      'a redirects, and no token is sent to where the file does not say',
    ],
    ['drops the connection', hangUp, 'a does not answer'],
    ['answers 451', status(451), 'a answers with a status that says nothing about the token'],
  ];

  it.each(cases)('which %s', async (_what, own, title) => {
    const { exitCode, matrix, titles } = await findingsOver(own, refusal);
    expect({ exitCode, matrix, titles }).toEqual({
      exitCode: 2,
      // Nor does it prove anything that the token of a is refused by b, or that of b by a.
      matrix: '? ? / ? ✓ / ✗ ✗ / ✗ ✗',
      titles: expect.arrayContaining([title]) as string[],
    });
  });

  it('which objects to the request before it asks for a token', async () => {
    const notAllowed = status(405);
    const found = await findingsOver(notAllowed, notAllowed, notAllowed, notAllowed);
    expect(found).toMatchObject({ exitCode: 2, matrix: '? ? / ? ✓ / ? ✗ / ? ✗' });
    expect(found.titles).toContain('a objects to the request before it asks for a token');
  });

  it('which refuses the token of a service that has its audience', async () => {
    const [a, b] = await fleetOf(welcome, refusal);
    const fleet = [a, b].map((each) => ({ ...each, audience: 'https://a.example.com' }));
    const { exitCode, report } = await reportOver(fleet);
    expect(exitCode).toBe(2);
    expect(report.cells[1]).toMatchObject({ verdict: 'not judged', note: 'neighbour refused' });
  });

  it('but crossed over counts for more', async () => {
    const { exitCode } = await findingsOver(status(500), welcome);
    expect(exitCode).toBe(1);
  });

  it('and believes a refusal that names the audience, all the same', async () => {
    const reason = refusing(401, 'Bearer error="invalid_token"', { reason: 'audience_mismatch' });
    expect(await findingsOver(status(404), reason)).toMatchObject({
      exitCode: 2,
      matrix: '? ? / ✗ ✓ / ✗ ✗ / ✗ ✗',
    });
  });

  it('when nobody listens', async () => {
    const gone = await deserted();
    const b = await byToken({ 'token-b': welcome });
    const { exitCode, report } = await reportOver([
      { name: 'a', url: gone, token: 'token-a' },
      { name: 'b', url: b, token: 'token-b' },
    ]);
    expect(exitCode).toBe(2);
    expect(report.cells[0]).toMatchObject({
      verdict: 'not judged',
      silence: `${new URL(gone).host} refuses connections`,
    });
    // One that does not answer is not asked for ever.
    expect(report.cells.at(-2)).toMatchObject({ verdict: 'not judged', note: 'not asked' });
  });

  it('when http answers where https was asked for', async () => {
    const plain = (await answering(body('{}'))).replace('http:', 'https:');
    const { exitCode, report } = await reportOver([{ name: 'a', url: plain, token: 'token-a' }]);
    expect(exitCode).toBe(2);
    expect(report.cells[0]?.silence).toMatch(/^the TLS connection to 127\.0\.0\.1:\d+ failed/);
  });
});
