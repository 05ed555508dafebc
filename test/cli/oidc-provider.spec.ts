import { describe, expect, it, onTestFinished } from 'vitest';
import { OidcAuthorizationServer } from '../interop/oidc-authorization-server.js';
import { AUDIENCE, OTHER_AUDIENCE } from '../support/tokens.js';
import { complaints, type Diagnosis } from './doctor-run.js';
import { expectForRootFits } from './for-root.js';
import { audienceAuth, type Run } from './run-command.js';
import { expectNothingOf } from './secrecy.js';

async function started(resourceIndicators: boolean): Promise<OidcAuthorizationServer> {
  const resources = [AUDIENCE, OTHER_AUDIENCE];
  const server = await OidcAuthorizationServer.start(resources, { resourceIndicators });
  onTestFinished(() => server.stop());
  return server;
}

async function diagnosed(server: OidcAuthorizationServer): Promise<Run & Diagnosis> {
  const run = await audienceAuth(
    [
      'doctor',
      server.issuer,
      '--json',

      '--client-id',
      'ES256',
      '--scope',
      'files:read',
      '--resource',
      AUDIENCE,
      '--resource',
      OTHER_AUDIENCE,
    ],
    { env: { AUDIENCE_AUTH_CLIENT_SECRET: 'secret' } },
  );
  return { ...run, ...(JSON.parse(run.stdout) as Diagnosis) };
}

describe('with oidc-provider', () => {
  it('RFC 8707 §2: doctor finds nothing wrong where resource indicators are on', async () => {
    const server = await started(true);
    const found = await diagnosed(server);
    expect(complaints(found)).toEqual([]);
    expect(found.exitCode).toBe(0);
    expect(found.findings.map(({ title }) => title)).toEqual(
      expect.arrayContaining([
        'without the name of a service the token is opaque',
        'resource= is honoured: the token is for the service that was named',
        'typ is "at+jwt", alg is "ES256"',
        'scopes stand in scope, a string',
        'the client stands in client_id',
        'a token lasts 10 minutes',
        `a token for ${OTHER_AUDIENCE} is refused at ${AUDIENCE}: audience_mismatch`,
      ]),
    );
    const tokens = new Map<string, string>();
    for (const { audience } of found.services)
      tokens.set(audience, (await server.clientCredentials('ES256', audience)).access_token);
    await expectForRootFits(found, (audience) => tokens.get(audience) ?? '', []);
  });

  it('doctor finds opaque tokens where resource indicators are off', async () => {
    const found = await diagnosed(await started(false));
    expect(found.exitCode).toBe(1);
    expect(complaints(found)).toEqual([
      'problem: resource= gives opaque tokens, which a service cannot read',
      'warning: audience= gives opaque tokens, which a service cannot read',
      `problem: the service ${AUDIENCE} refuses its own token: token_malformed`,
      `problem: the service ${OTHER_AUDIENCE} refuses its own token: token_malformed`,
    ]);
    expect(found.services.map(({ proven }) => proven)).toEqual([false, false]);
  });

  it('inspect lets in an access token, and tells an ID token and an opaque one', async () => {
    const server = await started(true);
    const inspect = async (token: string) => {
      const args = ['inspect', '--issuer', server.issuer, '--audience', AUDIENCE];
      const { exitCode, output } = await audienceAuth(args, { stdin: token });
      expectNothingOf(token, output);
      return { exitCode, output };
    };
    const { access_token: good } = await server.clientCredentials('RS256', AUDIENCE);
    expect(await inspect(good)).toMatchObject({ exitCode: 0 });
    const { access_token: other } = await server.clientCredentials('RS256', OTHER_AUDIENCE);
    expect((await inspect(other)).output).toContain('Refused: audience_mismatch');
    const { access_token: opaque } = await server.clientCredentials('RS256');
    expect((await inspect(opaque)).output).toContain('an opaque token');
    // The client that is called like the service has ID tokens with its audience.
    const { id_token: idToken = '' } = await server.authorizationCode(AUDIENCE, AUDIENCE);
    expect((await inspect(idToken)).output).toContain('Refused: token_kind_unexpected');
  });
});
