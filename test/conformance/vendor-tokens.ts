import { now, type Claims } from '../support/tokens.js';

/** A token as a vendor's authorization server writes it; what all tokens have alike is added by the test. */
export interface VendorToken {
  readonly what: string;
  readonly header?: Claims;
  readonly claims: Claims;
}

/** One authorization server product, with tokens for an API that is called `audience`. */
export interface Vendor {
  readonly name: string;
  readonly issuer: string;
  readonly audience: string;
  /** To be let in. */
  readonly access: readonly VendorToken[];
  /** ID tokens: to be refused even where they name the API as their audience. */
  readonly id: readonly VendorToken[];
  /** To be refused for the reason given. */
  readonly refused?: readonly (VendorToken & { readonly reason: string })[];
}

const API = 'https://tickets.example.com/v1/mcp';
const TENANT = '8c3dad1d-b6bc-4f8b-939b-8263372eced6';
const API_GUID = '2f0b4d2c-9b1e-4a52-a1d5-3b6b7a3f6a10';
const CLIENT_GUID = 'f1d9b7a3-7f0e-4a4f-8a52-0c7cf2b9d0aa';

const keycloakUser = {
  jti: 'onrtac:9f3c9b9a-0b1c-4c57-9c2b-0b0f4ee9a9b1',
  sub: 'f:1:alice',
  azp: 'web',
  sid: '5d0fd8a9',
  acr: '1',
  name: 'Alice',
  email: 'alice@example.com',
  preferred_username: 'alice',
};
const entraUser = { oid: 'o', tid: TENANT, rh: 'r', uti: 'u', sub: 's', name: 'Alice', aio: 'a' };
const oktaUser = { sub: 'alice@example.com', ver: 1, auth_time: now() - 60 };

export const VENDORS: readonly Vendor[] = [
  {
    name: 'Keycloak',
    issuer: 'https://sso.example.com/realms/acme',
    audience: API,
    access: [
      {
        what: 'of a user',
        header: { typ: 'JWT' },
        claims: {
          ...keycloakUser,
          typ: 'Bearer',
          aud: [API, 'account'],
          scope: 'openid email profile',
          realm_access: { roles: ['offline_access'] },
          resource_access: { account: { roles: ['view-profile'] } },
          'allowed-origins': ['https://web.example'],
        },
      },
      {
        what: 'of a service account',
        header: { typ: 'JWT' },
        claims: {
          typ: 'Bearer',
          azp: 'worker',
          client_id: 'worker',
          scope: 'email',
          jti: 'trrtcc:1',
        },
      },
      {
        what: 'with the nonce of versions before 24',
        header: { typ: 'JWT' },
        claims: { ...keycloakUser, typ: 'Bearer', nonce: 'n', scope: 'openid' },
      },
      {
        what: 'that is lightweight',
        header: { typ: 'JWT' },
        claims: { typ: 'Bearer', azp: 'web', jti: '1', scope: '' },
      },
      {
        what: 'with the header of RFC 9068',
        header: { typ: 'at+jwt' },
        claims: { ...keycloakUser, typ: 'Bearer', scope: 'openid' },
      },
    ],
    id: [
      {
        what: 'usual',
        header: { typ: 'JWT' },
        claims: { ...keycloakUser, typ: 'ID', nonce: 'n', at_hash: 'h', auth_time: now() },
      },
      {
        what: 'with the API added to its audience by a mapper',
        header: { typ: 'JWT' },
        claims: { ...keycloakUser, typ: 'ID', aud: ['web', API] },
      },
    ],
    refused: [
      {
        what: 'a token for the account console only',
        header: { typ: 'JWT' },
        claims: { ...keycloakUser, typ: 'Bearer', aud: 'account', scope: 'openid' },
        reason: 'audience_mismatch',
      },
      {
        what: 'a token without an audience mapper',
        header: { typ: 'JWT' },
        claims: { ...keycloakUser, typ: 'Bearer', aud: undefined, scope: 'openid' },
        reason: 'audience_missing',
      },
      {
        what: 'a DPoP-bound token sent as bearer token',
        header: { typ: 'JWT' },
        claims: { ...keycloakUser, typ: 'DPoP', scope: 'openid', cnf: { jkt: 't' } },
        reason: 'proof_required',
      },
      ...['Refresh', 'Offline', 'Logout'].map((typ) => ({
        what: `a token of the type ${typ}`,
        header: { typ: 'JWT' },
        claims: { ...keycloakUser, typ, scope: 'openid' },
        reason: 'token_kind_unexpected',
      })),
    ],
  },
  {
    name: 'Amazon Cognito',
    issuer: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab1cD2eF3',
    audience: API,
    access: [
      {
        what: 'bound to a resource',
        claims: {
          sub: 's',
          version: 2,
          client_id: '1example23456789',
          origin_jti: 'o',
          event_id: 'e',
          token_use: 'access',
          scope: 'openid tickets/read',
          auth_time: now(),
          jti: '1',
          username: 'alice',
          'cognito:groups': ['staff'],
        },
      },
      {
        what: 'of a client',
        claims: {
          sub: 'c',
          client_id: 'c',
          token_use: 'access',
          scope: 'tickets/read',
          version: 2,
        },
      },
    ],
    id: [
      {
        what: 'usual',
        claims: {
          sub: 's',
          token_use: 'id',
          'cognito:username': 'alice',
          email: 'alice@example.com',
          auth_time: now(),
          at_hash: 'h',
          nonce: 'n',
          jti: '1',
        },
      },
    ],
    refused: [
      {
        what: 'an access token of a user pool without resource binding',
        claims: { aud: undefined, sub: 's', client_id: 'c', token_use: 'access', scope: 'openid' },
        reason: 'audience_missing',
      },
    ],
  },
  {
    name: 'Entra ID v2',
    issuer: `https://login.microsoftonline.com/${TENANT}/v2.0`,
    audience: API_GUID,
    access: [
      {
        what: 'delegated',
        header: { typ: 'JWT' },
        claims: { ...entraUser, azp: CLIENT_GUID, azpacr: '0', scp: 'Tickets.Read', ver: '2.0' },
      },
      {
        what: 'of an application',
        header: { typ: 'JWT' },
        claims: { ...entraUser, azp: CLIENT_GUID, azpacr: '1', roles: ['Tickets.All'], ver: '2.0' },
      },
      {
        what: 'of an application without a role',
        header: { typ: 'JWT' },
        claims: { ...entraUser, azp: CLIENT_GUID, azpacr: '2', idtyp: 'app', ver: '2.0' },
      },
      {
        what: 'where client and API are one registration',
        header: { typ: 'JWT' },
        claims: { ...entraUser, azp: API_GUID, azpacr: '1', scp: 'Tickets.Read', ver: '2.0' },
      },
      {
        what: 'of an application that calls itself',
        header: { typ: 'JWT' },
        claims: { ...entraUser, azp: API_GUID, azpacr: '1', roles: ['Tickets.All'], ver: '2.0' },
      },
    ],
    id: [
      {
        what: 'where client and API are one registration',
        header: { typ: 'JWT' },
        claims: { ...entraUser, preferred_username: 'alice@example.com', ver: '2.0' },
      },
      {
        what: 'with roles and groups',
        header: { typ: 'JWT' },
        claims: { ...entraUser, roles: ['Admin'], groups: ['g'], sid: 's', acct: 0, ver: '2.0' },
      },
      {
        what: 'with all its hashes',
        header: { typ: 'JWT' },
        claims: {
          ...entraUser,
          nonce: 'n',
          at_hash: 'h',
          c_hash: 'h',
          login_hint: 'x',
          ver: '2.0',
        },
      },
    ],
    refused: [
      {
        what: 'a token of another tenant',
        header: { typ: 'JWT' },
        claims: {
          iss: 'https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0',
          azp: CLIENT_GUID,
          scp: 'Tickets.Read',
        },
        reason: 'issuer_untrusted',
      },
      {
        what: 'a token of the template in the common metadata',
        header: { typ: 'JWT' },
        claims: {
          iss: 'https://login.microsoftonline.com/{tenantid}/v2.0',
          azp: CLIENT_GUID,
          scp: 'Tickets.Read',
        },
        reason: 'issuer_untrusted',
      },
      {
        what: 'a token for Microsoft Graph',
        header: { typ: 'JWT' },
        claims: { ...entraUser, aud: 'https://graph.microsoft.com', azp: CLIENT_GUID, scp: 'User' },
        reason: 'audience_mismatch',
      },
    ],
  },
  {
    name: 'Entra ID v1',
    issuer: `https://sts.windows.net/${TENANT}/`,
    audience: 'api://tickets',
    access: [
      {
        what: 'delegated',
        header: { typ: 'JWT', x5t: 'x' },
        claims: {
          ...entraUser,
          appid: CLIENT_GUID,
          appidacr: '0',
          scp: 'Tickets.Read',
          amr: ['pwd'],
          acr: '1',
          unique_name: 'alice@example.com',
          ver: '1.0',
        },
      },
      {
        what: 'of an application',
        header: { typ: 'JWT', x5t: 'x' },
        claims: { ...entraUser, appid: CLIENT_GUID, appidacr: '1', roles: ['All'], ver: '1.0' },
      },
    ],
    id: [
      {
        what: 'usual',
        header: { typ: 'JWT', x5t: 'x' },
        claims: { ...entraUser, amr: ['pwd'], nonce: 'n', unique_name: 'alice', ver: '1.0' },
      },
    ],
  },
  {
    name: 'Auth0',
    issuer: 'https://acme.eu.auth0.com/',
    audience: API,
    access: [
      {
        what: 'of a user, for userinfo too',
        header: { typ: 'JWT' },
        claims: {
          sub: 'auth0|1',
          aud: [API, 'https://acme.eu.auth0.com/userinfo'],
          scope: 'openid profile read:tickets',
          azp: 'AbCdEf',
          permissions: ['read:tickets'],
        },
      },
      {
        what: 'of a user, without scopes',
        header: { typ: 'JWT' },
        claims: { sub: 'auth0|1', azp: 'AbCdEf' },
      },
      {
        what: 'of a machine',
        header: { typ: 'JWT' },
        claims: { sub: 'AbCdEf@clients', azp: 'AbCdEf', gty: 'client-credentials' },
      },
      {
        what: 'with the profile of RFC 9068',
        header: { typ: 'at+jwt' },
        claims: { sub: 'auth0|1', client_id: 'AbCdEf', jti: '1', scope: 'read:tickets' },
      },
    ],
    id: [
      {
        what: 'usual',
        header: { typ: 'JWT' },
        claims: {
          sub: 'auth0|1',
          nickname: 'alice',
          name: 'Alice',
          picture: 'https://example.com/alice.png',
          updated_at: '2030-01-01T00:00:00.000Z',
          email: 'alice@example.com',
          email_verified: true,
          sid: 's',
          nonce: 'n',
          org_id: 'org_1',
        },
      },
    ],
  },
  {
    name: 'Okta, custom authorization server',
    issuer: 'https://acme.okta.com/oauth2/default',
    audience: 'api://default',
    access: [
      {
        what: 'of a user',
        claims: { ...oktaUser, jti: 'AT.1', cid: '0oa1', uid: '00u1', scp: ['openid', 'tickets'] },
      },
      {
        what: 'of a client',
        claims: { ver: 1, jti: 'AT.2', cid: '0oa1', scp: ['t'], sub: '0oa1' },
      },
    ],
    id: [
      {
        what: 'usual',
        claims: {
          ...oktaUser,
          jti: 'ID.1',
          name: 'Alice',
          email: 'alice@example.com',
          amr: ['pwd'],
          idp: '00o1',
          nonce: 'n',
          at_hash: 'h',
          preferred_username: 'alice@example.com',
        },
      },
    ],
  },
  {
    name: 'Okta, org authorization server',
    issuer: 'https://acme.okta.com',
    audience: API,
    access: [],
    id: [{ what: 'usual', claims: { ...oktaUser, jti: 'ID.1', amr: ['pwd'], idp: '00o1' } }],
    refused: [
      {
        what: 'an access token, which is for Okta itself',
        header: { typ: 'application/okta-internal-at+jwt' },
        claims: { ...oktaUser, jti: 'AT.1', cid: '0oa1', scp: ['openid'] },
        reason: 'token_kind_unexpected',
      },
    ],
  },
  {
    name: 'Google',
    issuer: 'https://accounts.google.com',
    audience: 'https://tickets-abc-ew.a.run.app',
    access: [],
    id: [
      {
        what: 'of a service account, for Cloud Run',
        header: { typ: 'JWT' },
        claims: {
          azp: '113774264463038321964',
          sub: '113774264463038321964',
          email: 'worker@acme.iam.gserviceaccount.com',
          email_verified: true,
        },
      },
      {
        what: 'of a user',
        header: { typ: 'JWT' },
        claims: { azp: '1.apps.googleusercontent.com', sub: '1', hd: 'example.com', at_hash: 'h' },
      },
      {
        what: 'with something that looks like a scope',
        header: { typ: 'JWT' },
        claims: { azp: '1.apps.googleusercontent.com', sub: '1', scope: 'openid' },
      },
    ],
    refused: [
      {
        what: 'an ID token by the bare name of the issuer',
        header: { typ: 'JWT' },
        claims: { iss: 'accounts.google.com', azp: '1', sub: '1' },
        reason: 'issuer_untrusted',
      },
    ],
  },
  {
    name: 'PingFederate',
    issuer: 'https://ping.example.com',
    audience: API,
    access: [
      { what: 'usual', claims: { sub: 'alice', client_id: 'web', scope: 'tickets profile' } },
      {
        what: 'with little in it',
        claims: { iat: undefined, client_id: 'web', scope: ['tickets'] },
      },
    ],
    id: [
      {
        what: 'usual',
        claims: {
          sub: 'alice',
          jti: '1',
          acr: 'a',
          auth_time: now(),
          nonce: 'n',
          at_hash: 'h',
          s_hash: 'h',
          'pi.sri': 's',
        },
      },
    ],
  },
  {
    name: 'PingOne',
    issuer: 'https://auth.pingone.eu/8f3b/as',
    audience: API,
    access: [
      {
        what: 'usual',
        header: { typ: 'JWT' },
        claims: { client_id: 'c', aud: [API], env: 'e', org: 'o', scope: 'tickets', sub: 's' },
      },
    ],
    id: [
      {
        what: 'usual',
        header: { typ: 'JWT' },
        claims: { sub: 's', env: 'e', org: 'o', sid: 's', amr: ['pwd'], at_hash: 'h', nonce: 'n' },
      },
    ],
  },
  {
    name: 'Curity',
    issuer: 'https://login.example.com/oauth/v2/oauth-anonymous',
    // Where nothing is configured, it is the client.
    audience: 'tickets.example.com',
    access: [
      {
        what: 'usual',
        header: { typ: 'JWT' },
        claims: {
          jti: '1',
          delegationId: 'd',
          scope: 'tickets',
          sub: 's',
          purpose: 'access_token',
        },
      },
      {
        what: 'without scopes',
        header: { typ: 'JWT' },
        claims: { jti: '1', delegationId: 'd', sub: 's', purpose: 'access_token' },
      },
    ],
    id: [
      {
        what: 'usual',
        header: { typ: 'JWT' },
        claims: {
          jti: '1',
          sub: 's',
          purpose: 'id',
          azp: 'tickets.example.com',
          delegation_id: 'd',
          at_hash: 'h',
          s_hash: 'h',
          nonce: 'n',
          acr: 'a',
        },
      },
    ],
  },
  {
    name: 'Zitadel',
    issuer: 'https://acme.zitadel.cloud',
    audience: '170086363054473473',
    access: [
      {
        what: 'of a user',
        claims: {
          aud: ['170086824411201793', '170086305556888833', '170086363054473473'],
          sub: '170079991923474689',
          client_id: '170086824411201793',
          scope: 'openid profile',
          jti: '1',
        },
      },
      {
        what: 'of a service user',
        claims: { aud: ['170086363054473473'], sub: '1', client_id: 'worker', jti: '1' },
      },
    ],
    id: [
      {
        what: 'usual',
        claims: {
          aud: ['170086824411201793', '170086363054473473'],
          sub: '170079991923474689',
          azp: '170086824411201793',
          client_id: '170086824411201793',
          amr: ['pwd'],
          auth_time: now(),
          at_hash: 'h',
        },
      },
    ],
    refused: [
      {
        what: 'an access token that names nobody but its own client',
        claims: { aud: ['170086363054473473'], client_id: '170086363054473473', jti: '1' },
        reason: 'token_kind_unexpected',
      },
    ],
  },
  {
    name: 'Ory Hydra',
    issuer: 'https://hydra.example.com/',
    audience: API,
    access: [
      {
        what: 'usual',
        header: { typ: 'JWT' },
        claims: { aud: [API], client_id: 'c', ext: {}, jti: '1', scp: ['tickets'], sub: 's' },
      },
      {
        what: 'with scopes in both forms',
        header: { typ: 'JWT' },
        claims: { aud: [API], client_id: 'c', jti: '1', scp: ['tickets'], scope: 'tickets' },
      },
      { what: 'without typ', claims: { aud: [API], client_id: 'c', jti: '1', scp: [], sub: 's' } },
    ],
    id: [
      {
        what: 'usual',
        header: { typ: 'JWT' },
        claims: { aud: [API], at_hash: 'h', rat: now(), sid: 's', acr: '0', jti: '1', nonce: 'n' },
      },
    ],
    refused: [
      {
        what: 'an access token for which no audience was requested',
        header: { typ: 'JWT' },
        claims: { aud: [], client_id: 'c', scp: ['tickets'], sub: 's' },
        reason: 'audience_malformed',
      },
    ],
  },
  {
    name: 'Duende IdentityServer',
    issuer: 'https://identity.example.com',
    audience: API,
    access: [
      {
        what: 'of a client',
        header: { typ: 'at+jwt' },
        claims: { scope: ['tickets'], client_id: 'worker', jti: '1' },
      },
      {
        what: 'of a user',
        header: { typ: 'at+jwt' },
        claims: {
          scope: ['openid', 'tickets'],
          client_id: 'web',
          jti: '1',
          sub: '1',
          auth_time: now(),
          idp: 'local',
          amr: ['pwd'],
          sid: 's',
        },
      },
      {
        what: 'with the typ of older versions',
        header: { typ: 'JWT' },
        claims: { scope: ['tickets'], client_id: 'worker', jti: '1' },
      },
    ],
    id: [
      {
        what: 'usual',
        header: { typ: 'JWT' },
        claims: { sub: '1', nonce: 'n', at_hash: 'h', s_hash: 'h', idp: 'local', amr: ['pwd'] },
      },
    ],
    refused: [
      {
        what: 'an access token where only API scopes are defined',
        header: { typ: 'at+jwt' },
        claims: { aud: undefined, scope: ['tickets'], client_id: 'worker', jti: '1' },
        reason: 'audience_missing',
      },
    ],
  },
  {
    name: 'WorkOS AuthKit',
    issuer: 'https://api.workos.com/user_management/client_1',
    audience: API,
    access: [
      {
        what: 'with the audience of a JWT template',
        header: { typ: 'JWT' },
        claims: { sub: 'user_1', sid: 's', org_id: 'org_1', role: 'admin', permissions: ['a'] },
      },
    ],
    id: [],
    refused: [
      {
        what: 'a session token without a template',
        claims: { aud: undefined, sub: 'user_1', sid: 's', permissions: ['a'] },
        reason: 'audience_missing',
      },
    ],
  },
  {
    name: 'Firebase, whose API tokens are ID tokens',
    issuer: 'https://securetoken.google.com/acme-tickets',
    audience: 'acme-tickets',
    access: [],
    id: [
      {
        what: 'usual',
        header: { typ: 'JWT' },
        claims: { sub: '1', user_id: '1', auth_time: now(), firebase: { sign_in_provider: 'x' } },
      },
    ],
  },
  {
    name: 'Supabase, whose audience is the same for everybody',
    issuer: 'https://acme.supabase.co/auth/v1',
    audience: 'authenticated',
    access: [],
    id: [
      {
        what: 'usual',
        header: { typ: 'JWT' },
        claims: { sub: '1', role: 'authenticated', aal: 'aal1', session_id: 's', amr: [{ a: 1 }] },
      },
    ],
  },
  {
    name: 'Clerk, whose session tokens have no audience',
    issuer: 'https://clerk.example.com',
    audience: API,
    access: [],
    id: [],
    refused: [
      {
        what: 'a session token',
        header: { typ: 'JWT' },
        claims: { aud: undefined, azp: 'https://web.example', sid: 's', sub: 'user_1' },
        reason: 'audience_missing',
      },
    ],
  },
];
