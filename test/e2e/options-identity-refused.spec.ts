import { describe } from 'vitest';
import {
  GOOD_OPTIONS,
  ISSUER,
  itRefuses,
  type AnyOptions,
  type Refusals,
} from '../support/refused-options.js';

const SECOND_ISSUER = 'https://login.example.com/tenant';
const { audience: AUDIENCE } = GOOD_OPTIONS;

const issuerWith = (member: AnyOptions) => ({ issuer: { issuer: ISSUER, ...member } });

/** Wrong options, beside good ones, and what is said of them. */
const REFUSED: Refusals = {
  issuer: [
    [
      { issuer: undefined },
      /^issuer\b.* is undefined \(an environment .*\)\. Give the issuer ident/,
    ],
    [{ issuer: null }, /^issuer\b.* is null\. Give/],
    [{ issuer: '' }, /^issuer\b.* is an empty string\. Give/],
    [{ issuer: 5 }, /^issuer\b.* is a number\. Give/],
    [{ issuer: [] }, /^issuer\b.* is an empty array\. Give/],
    [{ issuer: /auth/ }, /^issuer\b.* is a regular expression\. Give/],
    [{ issuer: [/auth/] }, /^issuer\b.* is a regular expression\. Give/],
    [{ issuer: {} }, /^issuer\.issuer\b.* is undefined/],
    [{ issuer: [ISSUER, undefined] }, /^issuer\b.* is undefined/],
    [{ issuer: 'auth.example.com' }, /^issuer\b.* is not a URL; give an https URL/],
    [{ issuer: 'http://auth.example.com' }, /^issuer\b.* is not https\. .*allowInsecureHttp: true/],
    [{ issuer: 'http://127.0.0.1.example.com' }, /^issuer\b.* is not https/],
    [{ issuer: 'http://localhost.example.com' }, /^issuer\b.* is not https/],
    [{ issuer: 'ftp://localhost', allowInsecureHttp: true }, /^issuer\b.* is not https/],
    [{ issuer: `${ISSUER}?tenant=1` }, /^issuer\b.* has a query or fragment/],
    [{ issuer: `${ISSUER}#tenant` }, /^issuer\b.* has a query or fragment/],
    [{ issuer: `${ISSUER}/{tenantid}` }, /^issuer\b.* contains a placeholder/],
    [
      { issuer: 'https://$TENANT.example.com/undefined/v2.0' },
      /^issuer\b.* contains a placeholder/,
    ],
    [{ issuer: `${ISSUER}/.well-known/openid-configuration` }, /^issuer\b.* metadata document/],
    ...['common', 'organizations', 'consumers'].map(
      (tenant) =>
        [
          { issuer: `https://login.microsoftonline.com/${tenant}/v2.0` },
          /^issuer\b.* many tenants/,
        ] as const,
    ),
    [{ issuer: ` ${ISSUER}` }, /^issuer\b.* contains white space/],
    [{ issuer: `${ISSUER}\n` }, /^issuer\b.* contains white space/],
    [{ issuer: `${ISSUER}\u0085` }, /^issuer\b.* contains white space or control characters/],
    [{ issuer: 'https://user@auth.example.com' }, /^issuer\b.* contains a user name/],
    [
      { issuer: 'https://:secret@auth.example.com' },
      /^issuer\b.* contains a user name or a password/,
    ],
    [{ issuer: Object.assign([ISSUER], { length: 2 }) }, /^issuer\b.* is undefined/],
    [{ issuer: [ISSUER, { issuer: ISSUER }] }, /^issuer\b.* names https:\/\/auth\S+ twice/],
    [issuerWith({ audience: [] }), /^issuer\.audience\b.* is an empty array/],
    [issuerWith({ audience: null }), /^issuer\.audience\b.* is null/],
    [issuerWith({ audience: ISSUER }), /^issuer\.audience\b.* is the authorization server's own/],
    [issuerWith({ algorithms: ['HS256'] }), /^issuer\.algorithms\b.* contains HS256/],
    [issuerWith({ algorithms: null }), /^issuer\.algorithms\b.* is null/],
    [issuerWith({ tokenProfile: 'any' }), /^issuer\.tokenProfile\b.* is .*'auto' or 'rfc9068'/],
    [issuerWith({ jwksUri: 'http://keys.example.com' }), /^(?:issuer\.)?jwksUri\b.* is not https/],
  ],
  audience: [
    [
      { audience: undefined },
      /^audience\b.* is undefined \(an environment .*\)\. Give the identifier/,
    ],
    [{ audience: null }, /^audience\b.* is null\. Give/],
    [{ audience: '' }, /^audience\b.* is an empty string\. Give/],
    [{ audience: ' \t' }, /^audience\b.* is blank\. Give/],
    [{ audience: [] }, /^audience\b.* is an empty array\. Give/],
    [{ audience: [AUDIENCE, undefined] }, /^audience\b.* is undefined/],
    [{ audience: [[AUDIENCE]] }, /^audience\b.* is an array\. Give/],
    [{ audience: 5 }, /^audience\b.* is a number\. Give/],
    [{ audience: true }, /^audience\b.* is a boolean\. Give/],
    [{ audience: {} }, /^audience\b.* is an object\. Give/],
    [{ audience: /.*/ }, /^audience\b.* is a regular expression\. Give/],
    [{ audience: '*' }, /^audience\b.* contains \*/],
    [{ audience: 'https://*.example.com' }, /^audience\b.* contains \*, but .* compared exactly/],
    [{ audience: 'https://{host}/mcp' }, /^audience\b.* contains a placeholder/],
    [{ audience: '${AUDIENCE}' }, /^audience\b.* contains a placeholder/],
    [{ audience: 'account' }, /^audience\b.* is "account", which Keycloak/],
    [{ audience: [AUDIENCE, 'account'] }, /^audience\b.* is "account"/],
    [{ audience: ISSUER }, /^audience\b.* is the authorization server's own/],
    [{ audience: `${ISSUER}/` }, /^audience\b.* is the authorization server's own/],
    [{ audience: `${ISSUER}/userinfo` }, /^audience\b.* is the authorization server's own/],
    [
      { issuer: [ISSUER, `${SECOND_ISSUER}/`], audience: SECOND_ISSUER },
      /^audience\b.* is the auth/,
    ],
    [{ audience: `${AUDIENCE}\n` }, /^audience\b.* contains control characters/],
    [{ audience: 'a.b\u0000c' }, /^audience\b.* contains control characters/],
    [{ audience: 'a.b\u0085c' }, /^audience\b.* contains control characters/],
    [{ audience: '$AUDIENCE' }, /^audience\b.* contains a placeholder/],
    [{ audience: '%AUDIENCE%' }, /^audience\b.* contains a placeholder/],
    [{ audience: 'undefined' }, /^audience\b.* contains a placeholder/],
    [{ audience: 'https://undefined/mcp' }, /^audience\b.* contains a placeholder/],
    [{ audience: 'https://null.example.com' }, /^audience\b.* contains a placeholder/],
    [{ audience: 'https://h.example:NaN/' }, /^audience\b.* contains a placeholder/],
    [{ audience: '[object Object]' }, /^audience\b.* contains a placeholder/],
    [{ audience: Object.assign([AUDIENCE], { length: 2 }) }, /^audience\b.* is undefined/],
    [{ audience: ` ${AUDIENCE}` }, /^audience begins or ends with white space/],
  ],
  jwksUri: [
    [{ jwksUri: 'http://keys.example.com' }, /^jwksUri\b.* is not https/],
    [{ jwksUri: 'keys.json' }, /^jwksUri\b.* is not a URL; give/],
    [{ jwksUri: '' }, /^jwksUri\b.* is an empty string; give/],
    [{ jwksUri: 5 }, /^jwksUri\b.* is a number; give/],
    [{ jwksUri: null }, /^jwksUri\b.* is null; give/],
    [
      { issuer: [ISSUER, SECOND_ISSUER], jwksUri: 'https://keys.example.com' },
      /^jwksUri\b.* is for a single issuer; write issuer: \[\{ issuer, jwksUri \}/,
    ],
  ],
};

describe('who issues, and who this service is: what is wrong is refused, with the remedy', () => {
  itRefuses(REFUSED);
});
