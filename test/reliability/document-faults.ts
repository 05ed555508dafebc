import { body, json } from '../support/answers.js';
import type { AuthorizationServer } from '../support/authorization-server.js';
import { shortRsaKey, signingKey, type Jwk } from '../support/signing-key.js';
import {
  either,
  inKeys,
  inMetadata,
  MARK,
  outage,
  usable,
  type Document,
  type Fault,
  type Spoil,
} from './fault.js';

const anyDocument = (
  text: string | Buffer,
  metadata: RegExp,
  headers: Record<string, string> = {},
): Fault => ({
  spoil: () => body(text, headers),
  metadata: outage(metadata),
  keys: outage(/not a JWK set/),
});
const noJson = /answered no JSON/;
const noIssuer = /says that its issuer is missing/;

const CONTENTS = {
  HTML: anyDocument(`<!doctype html><title>${MARK}</title>`, noJson, {
    'content-type': 'text/html',
  }),
  'an empty body': anyDocument('', noJson),
  'bytes that are no text': anyDocument(Buffer.from([0xff, 0xfe, 0x7b]), noJson),
  'half of a document': anyDocument(`{"issuer":"${MARK}`, noJson),
  'brackets without end': anyDocument('['.repeat(50_000), noJson),
  null: anyDocument('null', noJson),
  'a string': anyDocument(`"${MARK}"`, noIssuer),
  'a number': anyDocument('5', noIssuer),
  'a list': anyDocument('[]', noIssuer),
  'an empty object': anyDocument('{}', noIssuer),
  'another content type': either(usable, (good) =>
    body(JSON.stringify(good), { 'content-type': 'text/html' }),
  ),
  'no content type': either(usable, (good) => (_request, response) => {
    response.writeHead(200).end(JSON.stringify(good));
  }),
  'a cache time of nothing': either(usable, (good) =>
    body(JSON.stringify(good), { 'cache-control': 'max-age=0, no-store' }),
  ),
  'a cache time of ages': either(usable, (good) =>
    body(JSON.stringify(good), { 'cache-control': `max-age=${'9'.repeat(30)}` }),
  ),
  'members that nobody knows': either(usable, (good) =>
    body(JSON.stringify(good).replace('{', '{"constructor":null,"toString":{},"then":5,')),
  ),
} as const satisfies Record<string, Fault>;

const weak = shortRsaKey(1024).jwk;
const symmetric: Jwk = { kty: 'oct', kid: 'oct', k: 'c2VjcmV0' };
const other = signingKey('ES256', 'other');
/** Deeper than a stack, and short enough to be read. */
const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;

/** The keys of a good set. */
const keysOf = (good: Document) => good['keys'] as readonly Jwk[];
/** A set of these keys instead of the good ones. */
const only =
  (...keys: unknown[]): Spoil =>
  () =>
    json({ keys });
/** These keys first, then the good ones. */
const beside =
  (...keys: unknown[]): Spoil =>
  (good) =>
    json({ keys: [...keys, ...keysOf(good)] });
/** The good keys, each with something changed. */
const changed =
  (change: (jwk: Jwk) => unknown): Spoil =>
  (good) =>
    json({ keys: keysOf(good).map(change) });
const none = outage(/did not contain any (?:signing )?keys/);
const notASet = outage(/not a JWK set/);

const KEYS = {
  'keys that are null': inKeys(notASet, () => body('{"keys":null}')),
  'keys that are an object': inKeys(notASet, () => body('{"keys":{"0":{}}}')),
  'no keys': inKeys(none, only()),
  'one key that is null': inKeys(none, only(null)),
  'thousands of keys': inKeys(
    outage(/the JWK set has 5\d{3} keys, more than keys.maxKeys \(100\)/),
    beside(...Array.from({ length: 5000 }, (_, index) => ({ kty: 'EC', kid: `${index}` }))),
  ),
  'symmetric keys only': inKeys(none, only(symmetric)),
  'private keys only': inKeys(none, only(other.privateJwk)),
  'the private halves of its keys': inKeys(
    none,
    changed((jwk) => ({ ...jwk, d: 'AQAB' })),
  ),
  'short RSA keys only': inKeys(outage(/no key that can verify/), only(weak)),
  'encryption keys only': inKeys(
    none,
    changed((jwk) => ({ ...jwk, use: 'enc' })),
  ),
  'names that are numbers': inKeys(
    none,
    changed((jwk) => ({ ...jwk, kid: 5 })),
  ),
  'keys without their coordinates': inKeys(
    none,
    changed(({ kid, kty }) => ({ kid, kty })),
  ),
  'a null beside the keys': inKeys(usable, beside(null)),
  'a symmetric key beside the others': inKeys(usable, beside(symmetric)),
  'a private key beside the others': inKeys(usable, beside(other.privateJwk)),
  'a short RSA key beside the others': inKeys(usable, beside(weak)),
  'a name that is a number': inKeys(usable, beside({ ...other.jwk, kid: 5 })),
  'a name as long as a book': inKeys(
    usable,
    beside({ ...other.privateJwk, kid: 'x'.repeat(100_000) }),
  ),
  'a name as deep as a stack': inKeys(usable, (good) =>
    body(`{"keys":[{"kid":${deep}},${JSON.stringify(keysOf(good)).slice(1)}}`),
  ),
  'coordinates that are objects': inKeys(usable, beside({ ...other.jwk, x: {}, y: [null] })),
  'every key twice': inKeys(usable, (good) => json({ keys: [...keysOf(good), ...keysOf(good)] })),
  'other keys of the same names': inKeys(usable, (good) =>
    json({ keys: keysOf(good).flatMap((jwk) => [{ ...other.jwk, kid: jwk['kid'] }, jwk]) }),
  ),
} as const satisfies Record<string, Fault>;

/** The metadata with something changed. */
const metadata =
  (change: (server: AuthorizationServer) => Document): Spoil =>
  (good, server) =>
    json({ ...good, ...change(server) });
const wrongIssuer = outage(/says that its issuer is "/);
const wrongUri = outage(/names no https jwks_uri/);

const METADATA = {
  'another issuer': inMetadata(
    wrongIssuer,
    metadata(() => ({ issuer: 'https://as.example.com' })),
  ),
  'a template for an issuer': inMetadata(
    wrongIssuer,
    metadata(() => ({ issuer: 'https://login.example.com/{tenantid}/v2.0' })),
  ),
  'an issuer with a slash more': inMetadata(
    wrongIssuer,
    metadata(({ issuer }) => ({ issuer: `${issuer}/` })),
  ),
  'no issuer': inMetadata(
    outage(noIssuer),
    metadata(() => ({ issuer: undefined })),
  ),
  'an issuer as deep as a stack': inMetadata(outage(/says that its issuer is/), () =>
    body(`{"issuer":${deep}}`),
  ),
  'no jwks_uri': inMetadata(
    wrongUri,
    metadata(() => ({ jwks_uri: undefined })),
  ),
  'a jwks_uri that is a path': inMetadata(
    wrongUri,
    metadata(() => ({ jwks_uri: '/jwks' })),
  ),
  'a jwks_uri on http of another host': inMetadata(
    wrongUri,
    metadata(() => ({ jwks_uri: 'http://keys.example.com/jwks' })),
  ),
  'a jwks_uri where nobody listens': inMetadata(
    outage(/could not be reached \(ECONNREFUSED\)/),
    metadata(() => ({ jwks_uri: 'https://127.0.0.1:2/jwks' })),
  ),
  'a jwks_uri on https where nobody speaks it': inMetadata(
    outage(/could not be reached \(ERR_SSL/),
    metadata(({ jwksUri }) => ({ jwks_uri: jwksUri.replace('http:', 'https:') })),
  ),
  'a jwks_uri with a password': inMetadata(
    outage(/could not be reached/),
    metadata(({ jwksUri }) => ({ jwks_uri: jwksUri.replace('//', `//${MARK}:${MARK}@`) })),
  ),
  'a jwks_uri as long as a book': inMetadata(
    outage(/answered 431/),
    metadata(({ jwksUri }) => ({ jwks_uri: jwksUri + 'x'.repeat(100_000) })),
  ),
  'a jwks_uri that is the metadata': inMetadata(
    outage(/not a JWK set/),
    metadata(({ origin, metadataPath }) => ({ jwks_uri: origin + metadataPath })),
  ),
  'a jwks_uri on another loopback host': inMetadata(usable, (good) =>
    json({ ...good, jwks_uri: String(good['jwks_uri']).replace('127.0.0.1', 'localhost') }),
  ),
} as const satisfies Record<string, Fault>;

/** What can be wrong with what a document says. */
export const DOCUMENT_FAULTS = { ...CONTENTS, ...KEYS, ...METADATA };
