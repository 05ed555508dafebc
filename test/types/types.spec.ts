import { describe, expect, it } from 'vitest';
import { compile } from './compile.js';
import { compilableExamples } from './examples.js';

const HEAD = `
  import * as auth from 'nestjs-audience-auth';
  import * as mcp from 'nestjs-audience-auth/mcp';
  import { TestAuthorizationServer } from 'nestjs-audience-auth/testing';
  declare const env: Record<string, string>;
  const issuer = 'https://auth.example.com';
  const audience = 'https://tickets.example.com';
`;

const forRoot = (options: string): string => `auth.AudienceAuthModule.forRoot(${options});`;
const decorator = (text: string): string => `@${text} class TicketsController {}`;

/** Programs that must compile. */
const accepted: Readonly<Record<string, string>> = {
  'an issuer and an audience': forRoot('{ issuer, audience }'),
  'several audiences': forRoot("{ issuer, audience: [audience, 'urn:tickets'] }"),
  'an audience that is known to be there': forRoot(
    "{ issuer, audience: env['AUDIENCE'] ?? audience }",
  ),
  'several issuers, one with a name of its own for the service': forRoot(
    "{ issuer: [issuer, { issuer: 'https://login.example.com', audience: 'urn:tickets' }], audience }",
  ),
  'asymmetric algorithms': forRoot("{ issuer, audience, algorithms: ['ES256', 'EdDSA'] }"),
  'any token age': forRoot('{ issuer, audience, maxTokenAgeSeconds: false }'),
  'options from a factory': `auth.AudienceAuthModule.forRootAsync({
    global: false,
    inject: ['ENV'],
    useFactory: async (audience: string) => ({ issuer, audience }),
  });`,
  'options from a class': `
    class Config implements auth.AudienceAuthOptionsFactory {
      createAudienceAuthOptions() { return { issuer, audience }; }
    }
    auth.AudienceAuthModule.forRootAsync({ useClass: Config });
    auth.AudienceAuthModule.forRootAsync({ useExisting: Config });`,
  'requirements on a class': decorator("auth.RequireScopes('tickets:read', 'tickets:write')"),
  'reasons told apart by a switch': `
    export const isUnknown = (rejection: auth.AccessTokenRejection): boolean => {
      const reason: auth.RejectionReason = rejection.reason;
      return reason === 'key_unknown' || reason === 'issuer_untrusted';
    };`,
};

/** Programs that must not compile; the marks enclose what the one error points at. */
const refused: Readonly<Record<string, string>> = {
  'no audience': forRoot('⟪{ issuer }⟫'),
  'an empty list of audiences': forRoot('{ issuer, ⟪audience⟫: [] }'),
  'a list of audiences that may be empty': forRoot('{ issuer, ⟪audience⟫: Object.values(env) }'),
  'an undefined audience': forRoot('{ issuer, ⟪audience⟫: undefined }'),
  'an audience that may be undefined': forRoot("{ issuer, ⟪audience⟫: env['AUDIENCE'] }"),
  'no audience as a way to switch the check off': forRoot('{ issuer, ⟪audience⟫: false }'),
  'a pattern for an audience': forRoot('{ issuer, ⟪audience⟫: /tickets/ }'),
  'no issuer': forRoot('⟪{ audience }⟫'),
  'an empty list of issuers': forRoot('{ ⟪issuer⟫: [], audience }'),
  'an issuer whose own list of audiences is empty': forRoot(
    '{ ⟪issuer⟫: { issuer, audience: [] }, audience }',
  ),
  'a shared secret': forRoot("{ issuer, audience, algorithms: [⟪'HS256'⟫] }"),
  'no signature': forRoot("{ issuer, audience, algorithms: [⟪'none'⟫] }"),
  'an empty list of algorithms': forRoot('{ issuer, audience, ⟪algorithms⟫: [] }'),
  'an unknown option': forRoot('{ issuer, audience, ⟪aud⟫: audience }'),
  'an unknown option of an issuer': forRoot('{ issuer: { issuer, ⟪jwks⟫: issuer }, audience }'),
  'no options': `auth.AudienceAuthModule.⟪forRoot⟫();`,
  'a factory whose options have no audience':
    'auth.AudienceAuthModule.forRootAsync({ ⟪useFactory⟫: () => ({ issuer }) });',
  'a factory whose audience may be undefined':
    "auth.AudienceAuthModule.forRootAsync({ ⟪useFactory⟫: () => ({ issuer, audience: env['AUDIENCE'] }) });",
  'a class whose options have no audience': `
    class Config implements auth.AudienceAuthOptionsFactory {
      ⟪createAudienceAuthOptions⟫() { return { issuer }; }
    }`,
  'RequireScopes without a scope': decorator('auth.⟪RequireScopes⟫()'),
  'RequireAnyScope without a scope': decorator('auth.⟪RequireAnyScope⟫()'),
  'RequireClient without a client': decorator('auth.⟪RequireClient⟫()'),
  'RequireScopes with a list': decorator("auth.RequireScopes(⟪['tickets:read']⟫)"),
  'tool scopes that are not lists': decorator(
    "mcp.RequireToolScopes({ ⟪create_ticket⟫: 'tickets:write' })",
  ),
  'an authorization server of tests that signs with a secret':
    "void TestAuthorizationServer.start({ ⟪algorithm⟫: 'HS256' });",
  'a fault of a document that there is not':
    "export const fail = (server: TestAuthorizationServer) => server.fail(⟪'keys'⟫, { status: 500 });",
  'a change to an access token':
    'export const grant = (token: auth.AccessToken) => { token.⟪subject⟫ = issuer; };',
  'a change to the scopes of an access token':
    "export const grant = (token: auth.AccessToken) => token.scopes.⟪add⟫('admin');",
};

const MARKED = /⟪(?<place>[^]*)⟫/;
const documented = compilableExamples();
const errors = compile(
  new Map([
    ...Object.entries(accepted).map(([name, text]) => [`accepts ${name}`, HEAD + text] as const),
    ...Object.entries(refused).map(
      ([name, text]) => [`refuses ${name}`, HEAD + text.replace(MARKED, '$<place>')] as const,
    ),
    ...documented,
  ]),
);

describe('a program compiles with', () => {
  it.each(Object.keys(accepted))('%s', (name) => {
    expect(errors.get(`accepts ${name}`)).toEqual([]);
  });
});

describe('a program does not compile with', () => {
  it.each(Object.entries(refused))('%s', (name, text) => {
    const place = MARKED.exec(text)?.groups?.['place'];
    expect(errors.get(`refuses ${name}`)).toEqual([{ at: place, message: expect.any(String) }]);
  });
});

describe('an example compiles:', () => {
  it('there are examples', () => {
    expect(
      [...documented.keys()].filter((place) => place.startsWith('lib/')).length,
    ).toBeGreaterThan(10);
  });

  it.each([...documented.keys()])('%s', (place) => {
    expect(errors.get(place)).toEqual([]);
  });
});
