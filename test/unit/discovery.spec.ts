import { describe, expect, it } from 'vitest';
import { discoverJwksUri, metadataUrls } from '../../lib/keys/discovery.js';
import type { JsonDocument } from '../../lib/keys/json-document.js';

const ISSUER = 'https://as.example.com';
const JWKS_URI = 'https://keys.example.com/jwks';
const OAUTH = `${ISSUER}/.well-known/oauth-authorization-server`;
const OPENID = `${ISSUER}/.well-known/openid-configuration`;

const ok = (json: unknown): JsonDocument => ({ status: 200, json, maxAgeMs: undefined });
const good = ok({ issuer: ISSUER, jwks_uri: JWKS_URI });
const nothing: JsonDocument = { status: 404 };

/** What is found where one answer after the other is given, and which URLs were asked. */
async function search(...answers: JsonDocument[]) {
  const asked: string[] = [];
  const get = (url: string) => {
    asked.push(url);
    return Promise.resolve(answers[asked.length - 1] ?? nothing);
  };
  const found = await discoverJwksUri(ISSUER, false, get).catch((error: Error) => error.message);
  return { found, asked };
}
const notFound = (...why: string[]) =>
  `no metadata of the authorization server was found: ${why.join('; ')}`;

describe('the places of an authorization server’s metadata', () => {
  it.each([
    [ISSUER, [OAUTH, OPENID]],
    [`${ISSUER}/`, [OAUTH, OPENID]],
    [
      `${ISSUER}/a/b`,
      [`${OAUTH}/a/b`, `${OPENID}/a/b`, `${ISSUER}/a/b/.well-known/openid-configuration`],
    ],
    [
      `${ISSUER}/a/b/`,
      [`${OAUTH}/a/b`, `${OPENID}/a/b`, `${ISSUER}/a/b/.well-known/openid-configuration`],
    ],
  ])('RFC 8414 §3.1, §5: of %s', (issuer, expected) => {
    expect(metadataUrls(issuer)).toEqual(expected);
  });
});

describe('a search for keys', () => {
  it('RFC 8414 §5: ends where the first good document is', async () => {
    expect(await search(good)).toEqual({ found: JWKS_URI, asked: [OAUTH] });
    expect(await search(nothing, good)).toEqual({ found: JWKS_URI, asked: [OAUTH, OPENID] });
  });

  it.each([500, 503, 599])('ends without a result at a server in trouble: %i', async (status) => {
    expect(await search({ status }, good)).toEqual({
      found: `${OAUTH} answered ${status}`,
      asked: [OAUTH],
    });
  });

  it.each<[JsonDocument, string]>([
    [{ status: 204 }, 'answered 204'],
    [{ status: 404 }, 'answered 404'],
    [{ status: 499 }, 'answered 499'],
    [ok(undefined), 'answered no JSON'],
    [ok(null), 'answered no JSON'],
    [ok([]), 'says that its issuer is missing; if that is meant, write exactly that'],
    [
      ok({ issuer: `${ISSUER}/`, jwks_uri: JWKS_URI }),
      `says that its issuer is "${ISSUER}/"; if that is meant, write exactly that`,
    ],
    [
      ok({ issuer: 'x'.repeat(300) }),
      `says that its issuer is "${'x'.repeat(199)}; if that is meant, write exactly that`,
    ],
    [ok({ issuer: ISSUER }), 'names no https jwks_uri'],
    [ok({ issuer: ISSUER, jwks_uri: 'http://keys.example.com' }), 'names no https jwks_uri'],
  ])('RFC 8414 §3.3: passes over %j, and says why', async (document, why) => {
    expect(await search(document, good)).toEqual({ found: JWKS_URI, asked: [OAUTH, OPENID] });
    const { found } = await search(document, nothing);
    expect(found).toBe(notFound(`${OAUTH} ${why}`, `${OPENID} answered 404`));
  });
});
