import { describe, expect, it } from 'vitest';
import { findTokenEndpoint, requestToken } from '../../lib/cli/client/token-client.js';
import { body, json, status } from '../support/answers.js';
import { issuingServer, TICKETS } from './doctor-run.js';
import { basic, CLIENT, SECRET, type IssuingServer } from './issuing-server.js';

const client = { clientId: CLIENT, clientSecret: SECRET };
const issued = () =>
  issuingServer((_form, self) => ({ access_token: self.token(), expires_in: 60, scope: 'a' }));

async function ask(server: IssuingServer, methods?: readonly string[], request = {}) {
  server.metadata.token_endpoint_auth_methods_supported = methods;
  return requestToken(await findTokenEndpoint(server.issuer), client, request);
}

describe('the token client', () => {
  it('RFC 6749 §4.4.2, RFC 8707 §2: asks with the grant client_credentials, resource, audience and scope', async () => {
    const server = await issued();
    const answer = await ask(server, undefined, { resource: TICKETS, audience: 'a', scope: 'b c' });
    expect(answer).toEqual({ token: server.tokens[0], expiresIn: 60, scope: 'a' });
    expect(server.forms).toEqual([
      { grant_type: 'client_credentials', resource: TICKETS, audience: 'a', scope: 'b c' },
    ]);
  });

  it.each([
    [undefined],
    [['client_secret_basic']],
    [['client_secret_post', 'client_secret_basic']],
  ])(
    'RFC 6749 §2.3.1: sends the secret in the header, encoded, where the metadata says %j',
    async (methods) => {
      const server = await issued();
      await ask(server, methods);
      expect(server.authorizations).toEqual([`Basic ${basic()}`]);
      expect(server.forms[0]).not.toHaveProperty('client_secret');
    },
  );

  it('sends the secret in the form where the metadata names only that', async () => {
    const server = await issued();
    await ask(server, ['client_secret_post']);
    expect(server.authorizations).toEqual(['']);
    expect(server.forms[0]).toMatchObject({ client_id: CLIENT, client_secret: SECRET });
  });

  it('tries the form where the header is refused', async () => {
    const server = await issued();
    server.refusesBasic = true;
    expect(await ask(server)).toHaveProperty('token');
    expect(server.forms).toHaveLength(2);
    server.forms.length = 0;
    await expect(ask(server, ['client_secret_basic'])).rejects.toMatchObject({ exitCode: 77 });
    expect(server.forms).toHaveLength(1);
  });

  it('RFC 6749 §5.2: gives the error of the request, and nothing that repeats what was sent', async () => {
    const server = await issuingServer(() => ({
      error: 'invalid_target',
      error_description: SECRET,
    }));
    expect(await ask(server)).toEqual({ error: 'invalid_target' });
    const talkative = await issuingServer(() => ({ error: `no client ${SECRET}` }));
    expect(await ask(talkative)).toEqual({ error: 'status 400' });
  });

  it('RFC 6749 §5.2: takes a 401 without JSON for a client that is not accepted', async () => {
    const server = await issued();
    server.fail('/token', status(401));
    await expect(ask(server)).rejects.toMatchObject({ exitCode: 77 });
  });

  it('sends the secret nowhere but to the token endpoint: redirects are not followed', async () => {
    const [server, elsewhere] = [await issued(), await issued()];
    server.fail('/token', status(307, { location: `${elsewhere.issuer}/token` }));
    await expect(ask(server)).rejects.toMatchObject({ exitCode: 76 });
    expect(elsewhere.paths).toEqual([]);
  });

  it('RFC 8414 §3.1: finds the token endpoint on each well-known form', async () => {
    const server = await issued();
    const issuer = `${server.issuer}/tenant`;
    const metadata = json({ ...server.metadata, issuer });
    const forms = [
      '/.well-known/oauth-authorization-server/tenant',
      '/.well-known/openid-configuration/tenant',
      '/tenant/.well-known/openid-configuration',
    ];
    for (const form of forms) {
      for (const other of forms) server.fail(other, other === form ? metadata : status(404));
      expect(await findTokenEndpoint(issuer)).toEqual({ url: `${server.issuer}/token` });
    }
  });

  it('RFC 8414 §3.3: does not use the metadata of another issuer', async () => {
    const server = await issued();
    server.metadata.issuer = 'https://elsewhere.example';
    await expect(findTokenEndpoint(server.issuer)).rejects.toMatchObject({ exitCode: 76 });
    server.fail('/.well-known/oauth-authorization-server', body('<html>'));
    await expect(findTokenEndpoint(server.issuer)).rejects.toThrow('with HTML');
    server.fail('/.well-known/oauth-authorization-server', status(404));
    await expect(findTokenEndpoint(server.issuer)).rejects.toThrow('no metadata');
  });
});
