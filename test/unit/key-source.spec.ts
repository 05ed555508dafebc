import { describe, expect, it } from 'vitest';
import { KeySource, type KeyLocation } from '../../lib/keys/key-source.js';
import { shortRsaKey, signingKey, type Jwk } from '../support/signing-key.js';

const ISSUER = 'https://as.example.com';
const METADATA = `${ISSUER}/.well-known/oauth-authorization-server`;
const JWKS = `${ISSUER}/jwks`;
const good = signingKey('ES256').jwk;
const NEVER = new AbortController().signal;

/** A source whose server publishes what the test wants it to. */
function publishing(location: Partial<KeyLocation> = {}) {
  const asked: string[] = [];
  const warnings: string[] = [];
  const answers: Record<string, () => Response> = {
    [METADATA]: () => Response.json({ issuer: ISSUER, jwks_uri: JWKS }),
  };
  const bounds = {
    timeoutMs: 5000,
    maxResponseBytes: 10_000,
    maxKeys: 3,
    fetch: (url: unknown) => {
      asked.push(String(url));
      return Promise.resolve(answers[String(url)]?.() ?? new Response(null, { status: 404 }));
    },
  };
  const source = new KeySource(
    { issuer: ISSUER, allowInsecureHttp: false, ...location },
    bounds,
    (message) => warnings.push(message),
  );
  return {
    source,
    asked,
    warnings,
    publish: (keys: unknown[], headers: Record<string, string> = {}) =>
      (answers[JWKS] = () => Response.json({ keys }, { headers })),
    fail: (status: number) => (answers[JWKS] = () => new Response(null, { status })),
    /** How many keys are downloaded, or why none are. */
    download: () =>
      source.download(NEVER).then(
        ({ set }) => set.size,
        (error: Error) => error.message,
      ),
  };
}

describe('a source of keys', () => {
  it('RFC 8414 §2: is where the metadata says; which is asked for once', async () => {
    const { asked, publish, download } = publishing();
    publish([good]);
    expect([await download(), await download()]).toEqual([1, 1]);
    expect(asked).toEqual([METADATA, JWKS, JWKS]);
  });

  it('is where the options say; no metadata is asked for', async () => {
    const { asked, publish, download, source } = publishing({ jwksUri: JWKS });
    publish([good]);
    await download();
    source.forgetLocation();
    await download();
    expect(asked).toEqual([JWKS, JWKS]);
  });

  it.each([
    [404, [METADATA, JWKS, METADATA, JWKS]],
    [410, [METADATA, JWKS, METADATA, JWKS]],
    [499, [METADATA, JWKS, METADATA, JWKS]],
    [500, [METADATA, JWKS, JWKS]],
    [503, [METADATA, JWKS, JWKS]],
  ])('may have moved after status %i: %j', async (status, expected) => {
    const { asked, fail, download } = publishing();
    fail(status);
    expect(await download()).toBe(`${JWKS} answered ${status}`);
    await download();
    expect(asked).toEqual(expected);
  });

  it('is looked for again once its location is forgotten', async () => {
    const { asked, publish, download, source } = publishing();
    publish([good]);
    await download();
    source.forgetLocation();
    await download();
    expect(asked).toEqual([METADATA, JWKS, METADATA, JWKS]);
  });

  it('says how long the keys may be kept', async () => {
    const { publish, source } = publishing();
    publish([good], { 'cache-control': 'max-age=7' });
    expect((await source.download(NEVER)).maxAgeMs).toBe(7000);
    publish([good]);
    expect((await source.download(NEVER)).maxAgeMs).toBeUndefined();
  });

  it('has too many keys where it has more than allowed', async () => {
    const { publish, download } = publishing();
    publish([good, good, good, good]);
    expect(await download()).toBe('the JWK set has 4 keys, more than keys.maxKeys (3)');
  });

  it('RFC 7517 §9: is complained of once, and again if there is something else to complain of', async () => {
    const { publish, download, warnings } = publishing();
    const complaint = (text: string) => `The JWK set of ${ISSUER}: ${text}.`;
    const secret: Jwk = { ...good, d: 'd', kid: 'x' };
    const unnamed: Jwk = { ...good, d: 'd', kid: undefined };
    const short = shortRsaKey(1024).jwk;
    const published = 'is not used: it is a private key, which must never be published';

    const rounds: [Jwk[], string[]][] = [
      [[], []],
      [[secret], [`key "x" ${published}`]],
      [[secret], []],
      [
        [short, unnamed],
        [
          `key without kid ${published}; key "rsa-1024" is not used: an RSA key of 1024 bits is too short`,
        ],
      ],
      [[], []],
      [[secret], [`key "x" ${published}`]],
    ];
    for (const [keys, complaints] of rounds) {
      warnings.length = 0;
      publish([good, ...keys]);
      expect(await download()).toBe(1);
      expect(warnings).toEqual(complaints.map(complaint));
    }
  });
});
