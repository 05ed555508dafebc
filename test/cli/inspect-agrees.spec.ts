import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuthorizationServer } from '../support/authorization-server.js';
import { KIND_RULES } from '../conformance/kind-rules.js';
import { ResourceServer } from '../support/resource-server.js';
import { SCENARIOS } from '../support/scenarios.js';
import { base64url, shortRsaKey, signingKey } from '../support/signing-key.js';
import { AUDIENCE, now, OTHER_AUDIENCE } from '../support/tokens.js';
import { answer, LET_IN, verdict } from '../support/verdict.js';
import { audienceAuth } from './run-command.js';
import { expectNothingOf } from './secrecy.js';

let server: AuthorizationServer;
let service: ResourceServer;

beforeAll(async () => {
  server = await AuthorizationServer.start();
  server.keys = [server.key.jwk, signingKey('RS256').jwk, signingKey('EdDSA').jwk];
  service = await ResourceServer.start('express', { issuer: server.issuer, audience: AUDIENCE });
});
afterAll(async () => {
  await service.stop();
  await server.stop();
});

interface Inspection {
  readonly verdict: string;
  readonly reason?: string;
  readonly checks: readonly { readonly outcome: string; readonly remedy?: string }[];
}

/** What the command says of a token, as the guard would say it. */
async function inspected(token: string, scopes?: string): Promise<string> {
  const { exitCode, stdout, output } = await audienceAuth(
    ['inspect', '--issuer', server.issuer, '--audience', AUDIENCE, '--json'].concat(
      scopes === undefined ? [] : ['--scopes', scopes],
    ),
    { stdin: token },
  );
  const { verdict: said, reason = LET_IN, checks } = JSON.parse(stdout) as Inspection;
  expect(exitCode).toBe(reason === LET_IN ? 0 : 1);
  expect(said).toBe(reason === LET_IN ? 'let in' : 'refused');
  for (const { outcome, remedy } of checks) expect(remedy !== undefined).toBe(outcome === 'failed');
  if (token.length > 20) expectNothingOf(token, output);
  return reason;
}

type Spoilt = Readonly<Record<string, () => string>>;

/** Good ones, and good ones with one thing spoilt. */
const TOKENS: Spoilt = {
  good: () => server.issue(),
  'without typ': () => server.issue({}, { typ: undefined }),
  'with typ JWT': () => server.issue({}, { typ: 'JWT' }),
  'with typ application/AT+JWT': () => server.issue({}, { typ: 'application/AT+JWT' }),
  'with an array audience': () => server.issue({ aud: [OTHER_AUDIENCE, AUDIENCE] }),
  'without kid': () => server.issue({}, { kid: undefined }),
  'with scp as an array': () => server.issue({ scope: undefined, scp: ['files:read'] }),
  'signed with RS256': () => server.issue({}, {}, signingKey('RS256')),
  'signed with EdDSA': () => server.issue({}, {}, signingKey('EdDSA')),
  'signed with a short RSA key': () => server.issue({}, {}, shortRsaKey(1024)),
  'with the kid of another key': () => server.issue({}, { kid: 'RS256' }),
  'with a slash too many': () => server.issue({ aud: `${AUDIENCE}/` }),
  'in upper case': () => server.issue({ aud: AUDIENCE.toUpperCase() }),
  'without audience': () => server.issue({ aud: undefined }),
  'without issuer': () => server.issue({ iss: undefined }),
  'without expiry': () => server.issue({ exp: undefined }),
  'too old': () => server.issue({ iat: now() - 100_000 }),
  'with an empty audience': () => server.issue({ aud: [] }),
  'with an audience of numbers': () => server.issue({ aud: [1] }),
  'with an object for audience': () => server.issue({ aud: { [AUDIENCE]: true } }),
  'of another issuer and audience': () => server.issue({ iss: 'https://x.example', aud: 'x' }),
  'with a number for issuer': () => server.issue({ iss: 5 }),
  'with the issuer and a slash': () => server.issue({ iss: `${server.issuer}/` }),
  'an ID token': () =>
    server.issue(
      { scope: undefined, client_id: undefined, nonce: 'n', at_hash: 'h' },
      { typ: 'JWT' },
    ),
  'an ID token for the API': () =>
    server.issue({ scope: undefined, client_id: undefined, azp: AUDIENCE }, { typ: undefined }),
  'a logout token': () => server.issue({ events: {} }, { typ: 'logout+jwt' }),
  'a DPoP proof': () => server.issue({}, { typ: 'dpop+jwt' }),
  'with cnf': () => server.issue({ cnf: { jkt: 'x' } }),
  'expired and for another': () => server.issue({ exp: now() - 60, aud: OTHER_AUDIENCE }),
  'with exp as a string': () => server.issue({ exp: String(now() + 60) }),
  'with exp in milliseconds': () => server.issue({ exp: Date.now() }),
  'from the future': () => server.issue({ iat: now() + 600 }),
  'with a number for sub': () => server.issue({ sub: 7 }),
  'with alg none': () => server.issue({}, { alg: 'none' }),
  'with an unknown alg': () => server.issue({}, { alg: 'ES257' }),
  'with jku and jwk': () => server.issue({}, { jku: 'https://x.example', jwk: server.key.jwk }),
  'with b64': () => server.issue({}, { b64: false }),
  'with a number for kid': () => server.issue({}, { kid: 5 }),
  nested: () => server.issue({}, { cty: 'JWT' }),
  'with a name twice': () =>
    server.key.sign('{"alg":"ES256","kid":"ES256","alg":"ES256"}', { iss: server.issuer }),
  'with an array for payload': () => server.key.sign({ alg: 'ES256', kid: 'ES256' }, []),
  'with text for header': () => server.key.sign('no JSON', {}),
  'with a cut signature': () => server.issue().slice(0, -10),
  'with a changed last character': () => `${server.issue().slice(0, -1)}_`,
  'with another payload': () => {
    const [header, , signature] = server.issue().split('.');
    return [header, base64url({ iss: server.issuer, aud: AUDIENCE }), signature].join('.');
  },
  padded: () => `${server.issue()}==`,
  'in five parts': () => `${server.issue()}..`,
  opaque: () => '2YotnFZFEjr1zCsicMWpAA',
  'with a space in it': () => server.issue().replace('.', '. '),
  'in two words': () => `${server.issue()} x`,
  'of one dot': () => '.',
  'too large': () => server.issue({ padding: 'x'.repeat(20_000) }),
};

const REASONS = Object.keys(SCENARIOS);

describe('audience-auth inspect', () => {
  it.each(Object.entries(TOKENS))(
    'says what the guard says of a token: %s',
    async (_what, make) => {
      const token = make();
      const guard =
        token.length > 16_000 ? await verdict(service, token) : await answer(service, token);
      expect(await inspected(token)).toBe(guard);
    },
  );

  it('says what the guard says of scopes', async () => {
    const few = server.issue({ scope: 'files:list' });
    expect(await inspected(few, 'files:read')).toBe(
      await answer(service, few, { path: '/files', scope: 'files:read' }),
    );
    expect(await inspected(server.issue(), 'files:read')).toBe(LET_IN);
  });

  it('has met enough reasons for the comparison to mean something', async () => {
    const met = await Promise.all(Object.values(TOKENS).map(async (make) => inspected(make())));
    // What is left needs options that the command has not, or a request and no token.
    const unmet = REASONS.filter((reason) => !met.includes(reason));
    expect(unmet.toSorted()).toEqual([
      'audience_not_exclusive',
      'client_not_authorized',
      'required_claim_missing',
      'scope_insufficient',
      'token_missing',
    ]);
  });
});

describe('audience-auth inspect, of the kind of a token', () => {
  it.each(KIND_RULES)('says what the guard says (%s): header %j, claims %j', async (...row) => {
    const [, header, claims] = row;
    const token = server.issue(
      { client_id: undefined, scope: undefined, ...claims },
      { typ: undefined, ...header },
    );
    expect(await inspected(token)).toBe(await answer(service, token));
  });
});
