import { beforeEach, describe, expect, it } from 'vitest';
import { JWKS } from '../support/authorization-server.js';
import { MAX_AGE, pass, stopTheClock } from '../support/clock.js';
import { deployOnce, deployWarm } from '../support/deployment.js';
import { expectRejection } from '../support/expect-rejection.js';
import { log } from '../support/log.js';
import { ADAPTERS } from '../support/resource-server.js';
import { shortRsaKey, signingKey, type Jwk, type SigningKey } from '../support/signing-key.js';

stopTheClock();

beforeEach(() => {
  log.length = 0;
});

describe.each(ADAPTERS)('what a key set contains beside good keys, on %s', (adapter) => {
  const good = signingKey('ES256', 'good');
  const rsa = signingKey('RS256', 'rsa');
  const ec = signingKey('ES384', 'ec');
  const short = shortRsaKey(1024);
  const almost = shortRsaKey(2047);
  const { use: _use, ...withoutUse } = ec.jwk;

  /** What is published, and the key that would fit it if it were used. */
  const useless: readonly (readonly [string, unknown, SigningKey?])[] = [
    ['null', null],
    ['a number', 5],
    ['a string', 'key'],
    ['a list', [good.jwk]],
    ['a key without a type', { kid: 'x' }],
    ['a type that nobody knows', { ...ec.jwk, kty: 'XXX' }],
    ['an RSA key without a modulus', { kty: 'RSA', kid: 'rsa', e: 'AQAB' }, rsa],
    ['a point that is not on the curve', { ...ec.jwk, x: good.jwk['x'], y: good.jwk['x'] }],
    ['a curve for key agreement', { kty: 'OKP', crv: 'X25519', x: good.jwk['x'], kid: 'x' }],
    ['the curve of another coin', { ...ec.jwk, crv: 'secp256k1' }],
    ['an encryption key', { ...ec.jwk, use: 'enc' }],
    ['a key for encryption operations', { ...withoutUse, key_ops: ['encrypt'] }],
    ['a key to sign with', { ...withoutUse, key_ops: ['sign'] }],
    ['operations that are no list', { ...withoutUse, key_ops: 'verify' }],
    ['a key for another algorithm', { ...ec.jwk, alg: 'ES256' }],
    ['a key for an algorithm that is not supported', { ...ec.jwk, alg: 'ECDH-ES' }],
    ['a name that is no string', { ...ec.jwk, kid: 5 }],
    ['a private key', ec.privateJwk],
    ['a symmetric key', { kty: 'oct', kid: 'ec', k: 'c2VjcmV0' }],
    ['a short RSA key', short.jwk, short],
    ['an RSA key that is almost long enough', almost.jwk, almost],
    ['an RSA key with the exponent 1', { ...rsa.jwk, e: 'AQ' }, rsa],
  ];

  it.each(useless.map(([name, jwk, key = ec]) => ({ name, jwk, key })))(
    'RFC 7517 §5 (JWK-01) costs only itself: $name',
    async ({ jwk, key }) => {
      const deployment = await deployOnce(adapter, {}, {}, (server) => {
        server.key = good;
        server.keys = [jwk, good.jwk];
      });
      expect(await deployment.status(deployment.issue())).toBe(200);
      const token = deployment.issue({}, {}, key);
      await expectRejection(await deployment.get('/plain', token), 'key_unknown');
    },
  );

  it.each([
    ['a private key', ec.privateJwk, /private key, which must never be published/],
    ['a symmetric key', { kty: 'oct', kid: 'x', k: 'c2VjcmV0' }, /symmetric key/],
    ['a short RSA key', short.jwk, /RSA key of 1024 bits is too short/],
    [
      'a private key without a name',
      { ...ec.privateJwk, kid: undefined },
      /key without kid is not used: it is a private key/,
    ],
    ['a name that is no string', { ...ec.jwk, kid: 5 }, /key 5 is not used: its kid is not a/],
  ])(
    'RFC 7517 §9 (JWK-09) is worth a warning, once, without key material: %s',
    async (_name, jwk, warning) => {
      const deployment = await deployWarm(adapter, {}, {}, (server) => {
        server.key = good;
        server.keys = [good.jwk, jwk];
      });
      pass(MAX_AGE);
      expect(await deployment.status(deployment.issue())).toBe(200);
      expect(deployment.authorizationServer.requests(JWKS)).toBe(2);
      expect(log.filter((line) => line.startsWith('warn'))).toEqual([
        expect.stringMatching(warning),
      ]);
      const secret = String(
        (jwk as Jwk)['d'] ?? (jwk as Jwk)['k'] ?? (jwk as Jwk)['n'] ?? (jwk as Jwk)['x'],
      );
      expect(log.join('\n')).not.toContain(secret);
    },
  );

  it('RFC 7517 §4.5 (JWK-05) is another key of the same name: the one that fits is found', async () => {
    const sameName = [rsa.as('same'), ec.as('same'), signingKey('ES256', 'twin').as('same')];
    const deployment = await deployOnce(adapter, {}, {}, (server) => {
      server.key = good.as('same');
      server.keys = [...sameName, server.key].map(({ jwk }) => jwk);
    });
    for (const key of [...sameName, deployment.authorizationServer.key]) {
      expect(await deployment.status(deployment.issue({}, {}, key))).toBe(200);
    }
  });

  it('OpenID Connect Core §10.1 (JWK-06) a token without a kid is tried against the keys that fit, and no others', async () => {
    const twin = signingKey('ES256', 'twin');
    const deployment = await deployOnce(adapter, {}, {}, (server) => {
      server.keys = [good.jwk, ec.jwk, twin.jwk];
    });
    for (const key of [good, ec, twin]) {
      const token = deployment.issue({}, { kid: undefined }, key);
      expect(await deployment.status(token)).toBe(200);
    }
    const unknown = deployment.issue({}, { kid: undefined }, rsa);
    await expectRejection(await deployment.get('/plain', unknown), 'key_unknown');
    const forged = deployment.issue({}, { kid: undefined }, signingKey('ES256', 'forger'));
    await expectRejection(await deployment.get('/plain', forged), 'signature_invalid');
  });

  it('RFC 7517 §4.5 (JWK-07) a key without a name is not the one that a token names', async () => {
    const deployment = await deployOnce(adapter, {}, {}, (server) => {
      server.key = good;
      server.keys = [{ ...good.jwk, kid: undefined }];
    });
    await expectRejection(await deployment.get('/plain', deployment.issue()), 'key_unknown');
    const unnamed = deployment.issue({}, { kid: undefined });
    expect(await deployment.status(unnamed)).toBe(200);
  });

  it('RFC 7517 §4.4 a key that names no algorithm verifies with all that fit it', async () => {
    const keys = [rsa, good, signingKey('EdDSA', 'okp')];
    const deployment = await deployOnce(adapter, {}, {}, (server) => {
      server.keys = keys.map(({ jwk }) => ({ ...jwk, alg: undefined }));
    });
    const fitting = [
      ...(['RS256', 'RS512', 'PS256', 'PS384'] as const).map((alg) => rsa.as('rsa', alg)),
      good,
      ...(['EdDSA', 'Ed25519'] as const).map((alg) => signingKey('EdDSA', 'okp').as('okp', alg)),
    ];
    for (const key of fitting)
      expect(await deployment.status(deployment.issue({}, {}, key))).toBe(200);
  });

  it.each([
    ['EdDSA', 'Ed25519'],
    ['Ed25519', 'EdDSA'],
    ['Ed25519', 'Ed25519'],
  ] as const)(
    'RFC 9864 §2.2 a key for %s verifies %s, which is the same',
    async (ofKey, ofToken) => {
      const key = signingKey('EdDSA', 'okp');
      const deployment = await deployOnce(adapter, {}, {}, (server) => {
        server.keys = [{ ...key.jwk, alg: ofKey }];
      });
      expect(await deployment.status(deployment.issue({}, {}, key.as('okp', ofToken)))).toBe(200);
    },
  );
});
