import { createHmac, generateKeyPairSync, randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { AudienceAuthModule, type AudienceAuthOptions } from 'nestjs-audience-auth';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { body, hang, hangUp, json, stall, status, type Answer } from '../support/answers.js';
import { AuthorizationServer, JWKS } from '../support/authorization-server.js';
import { deploy, deployOnce, type Deployment } from '../support/deployment.js';
import { expectUnavailable } from '../support/expect-rejection.js';
import { log } from '../support/log.js';
import {
  base64url,
  shortRsaKey,
  SIGNING_ALGORITHMS,
  SigningKey,
  signingKey,
  type Jwk,
  type SigningAlgorithm,
} from '../support/signing-key.js';
import { AUDIENCE, validClaims, type Claims } from '../support/tokens.js';
import { answer, LET_IN, verdict } from '../support/verdict.js';

const rsa = signingKey('RS256', 'rsa');
const ec = signingKey('ES256', 'ec');

/** A service whose authorization server publishes just this. */
const withKeys = (keys: readonly unknown[], options: Partial<AudienceAuthOptions> = {}) =>
  deployOnce('express', options, {}, (server) => {
    server.keys = [...keys];
  });
const ask = (deployment: Deployment, token: string) => answer(deployment.service, token);
/** A token of this key, good otherwise. */
const by = (deployment: Deployment, key: SigningKey, header: Claims = {}) =>
  deployment.issue({}, header, key);
const without = (jwk: Jwk, ...names: string[]): Jwk =>
  Object.fromEntries(Object.entries(jwk).filter(([name]) => !names.includes(name)));

describe('the algorithms that are let in', () => {
  const keys = SIGNING_ALGORITHMS.map((alg) =>
    /^[RP]S/.test(alg) ? rsa.as(alg, alg) : signingKey(alg),
  );

  it('RFC 8725 §3.1 (BCP-01, BCP-09): are the asymmetric ones, unless the service says less', async () => {
    const deployment = await withKeys(keys.map(({ jwk }) => jwk));
    const verdicts = await Promise.all(keys.map((key) => ask(deployment, by(deployment, key))));
    expect(verdicts).toEqual(keys.map(() => LET_IN));
  });

  it.each<[SigningAlgorithm, ...SigningAlgorithm[]]>([
    ['RS256', 'ES384', 'EdDSA'],
    ['PS512', 'ES256', 'Ed25519'],
  ])('RFC 8725 §3.1 (BCP-01): are %s and %s and %s, if that is the list', async (...algorithms) => {
    const published = keys.map(({ jwk }) => jwk);
    const deployment = await withKeys(published, { algorithms });
    for (const key of keys) {
      const said = await ask(deployment, by(deployment, key));
      const expected = algorithms.includes(key.alg) ? LET_IN : 'algorithm_not_allowed';
      expect([key.alg, said]).toEqual([key.alg, expected]);
    }
  });

  it.each<[what: string, algorithms: unknown]>([
    ['a string', 'RS256'],
    ['an empty array', []],
    ['none', ['none']],
    ['a symmetric algorithm', ['RS256', 'HS256']],
    ['an algorithm in lower case', ['rs256']],
    ['a pattern', ['RS*']],
    ['null', null],
    ['a hole', [undefined]],
  ])('RFC 8725 §3.1, RFC 7518 §3.2 (BCP-01, BCP-07): cannot be %s', (_what, algorithms) => {
    const options = { issuer: 'https://as.example.com', audience: AUDIENCE, algorithms };
    expect(() => AudienceAuthModule.forRoot(options as AudienceAuthOptions)).toThrow(/algorithms/);
    const perIssuer = { issuer: { issuer: options.issuer, algorithms }, audience: AUDIENCE };
    expect(() => AudienceAuthModule.forRoot(perIssuer as AudienceAuthOptions)).toThrow(
      /algorithms/,
    );
  });

  it('RFC 8725bis §3.1 (BCP-02): are those of the issuer that the token names', async () => {
    const other = await AuthorizationServer.start({ path: '/other', key: ec });
    const deployment = await deployOnce(
      'express',
      ({ issuer }) => ({
        issuer: [
          { issuer, algorithms: ['ES256'] },
          { issuer: other.issuer, algorithms: ['RS256', 'ES384'] },
        ],
      }),
      {},
      (server) => {
        for (const each of [server, other]) each.keys = [ec.jwk, rsa.jwk];
      },
    );
    const verdicts = await Promise.all([
      ask(deployment, deployment.issue({}, {}, ec)),
      ask(deployment, deployment.issue({}, {}, rsa)),
      ask(deployment, other.issue({}, {}, ec)),
      ask(deployment, other.issue({}, {}, rsa)),
    ]);
    await other.stop();
    expect(verdicts).toEqual([LET_IN, 'algorithm_not_allowed', 'algorithm_not_allowed', LET_IN]);
  });
});

describe('the algorithm of a key', () => {
  const p384 = signingKey('ES384', 'p384');
  const p521 = signingKey('ES512', 'p521');
  const okp = signingKey('EdDSA', 'okp');
  const withRsa = deploy('express', (server) => {
    // Without alg it is the kind that libraries fell for.
    server.keys = [rsa.jwk, without(rsa.as('rsa without alg').jwk, 'alg')];
    return {};
  });

  it.each(['RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const)(
    'RFC 8725 §3.1 (BCP-03, JWK-04): a key for RS256 verifies no %s',
    async (alg) => {
      expect(await ask(withRsa, by(withRsa, rsa))).toBe(LET_IN);
      expect(await ask(withRsa, by(withRsa, rsa.as('rsa', alg)))).toBe('algorithm_not_allowed');
    },
  );

  it('RFC 8037 §3.1, RFC 9864 §2.2 (BCP-09): EdDSA and Ed25519 are two names for one', async () => {
    for (const published of ['EdDSA', 'Ed25519'] as const) {
      const service = await withKeys([okp.as('okp', published).jwk]);
      for (const alg of ['EdDSA', 'Ed25519'] as const) {
        expect(await ask(service, by(service, okp.as('okp', alg)))).toBe(LET_IN);
      }
    }
  });

  it('RFC 8725 §3.1 (BCP-04): has to be that of the token', async () => {
    const keys = [rsa, ec, p384, p521, okp];
    // Without alg the kind of key decides alone.
    const service = await withKeys(keys.map(({ jwk }) => without(jwk, 'alg')));
    for (const key of keys) {
      for (const { alg } of keys) {
        const token = service.issue({}, { alg }, key);
        expect([key.kid, alg, await ask(service, token)]).toEqual([
          key.kid,
          alg,
          alg === key.alg ? LET_IN : 'algorithm_not_allowed',
        ]);
      }
    }
  });

  it.each<[what: string, secret: () => string | Buffer]>([
    ['its PEM', () => pem(rsa)],
    ['its PEM without the last line break', () => pem(rsa).trimEnd()],
    ['its PEM after a space', () => ` ${pem(rsa)}`],
    ['its PEM with CRLF', () => pem(rsa).replaceAll('\n', '\r\n')],
    ['its PEM with one more line break', () => `${pem(rsa)}\n`],
    ['its PKCS #1 PEM', () => rsa.publicKey.export({ type: 'pkcs1', format: 'pem' })],
    ['its DER', () => rsa.publicKey.export({ type: 'spki', format: 'der' })],
    ['its JWK', () => JSON.stringify(rsa.jwk)],
    ['its modulus', () => Buffer.from(String(rsa.jwk['n']), 'base64url')],
    ['nothing', () => ''],
  ])('RFC 8725 §2.1 (BCP-05): a public key is no shared secret: %s', async (_what, secret) => {
    for (const kid of ['rsa', 'rsa without alg', undefined]) {
      for (const alg of ['HS256', 'RS256']) {
        const claims = validClaims(withRsa.authorizationServer.issuer);
        const signed = `${base64url({ alg, kid, typ: 'at+jwt' })}.${base64url(claims)}`;
        const mac = createHmac('sha256', secret()).update(signed).digest('base64url');
        expect(await ask(withRsa, `${signed}.${mac}`)).toBe(
          alg === 'HS256' ? 'algorithm_not_allowed' : 'signature_invalid',
        );
      }
    }
  });
});

describe('the length of an RSA signature', () => {
  const algorithms = ['RS256', 'PS256', 'PS512'] as const;
  const keys = algorithms.map((alg) => rsa.as(alg, alg));

  it.each(keys)(
    'RFC 8017 §8.1.2, §8.2.2: is that of the modulus, also with $alg and a zero in front',
    async (key) => {
      const deployment = await withKeys(keys.map(({ jwk }) => jwk));
      const signed = (token: string): Buffer => Buffer.from(token.split('.')[2] ?? '', 'base64url');
      let token = by(deployment, key);
      while (signed(token)[0] !== 0) token = deployment.issue({ jti: randomUUID() }, {}, key);
      expect(await ask(deployment, token)).toBe(LET_IN);
      for (const changed of [
        signed(token).subarray(1),
        Buffer.concat([Buffer.of(0), signed(token)]),
        Buffer.concat([signed(token), Buffer.of(0)]),
      ]) {
        const parts = token.split('.').with(2, changed.toString('base64url'));
        expect(await ask(deployment, parts.join('.'))).toBe('signature_invalid');
      }
    },
  );

  it.each(['RS256', 'PS256'] as const)(
    'RFC 8017 §8.1.2, §8.2.2: is rounded up to whole bytes, with %s',
    async (alg) => {
      const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2050 });
      const odd = new SigningKey('odd', alg, privateKey);
      const deployment = await withKeys([odd.jwk]);
      expect(await ask(deployment, by(deployment, odd))).toBe(LET_IN);
    },
  );
});

describe('keys that are too weak or broken', () => {
  it.each([1024, 2047])(
    'RFC 7518 §3.3, §3.5 (BCP-06): an RSA key of %i bits is not used',
    async (bits) => {
      const before = log.length;
      const short = shortRsaKey(bits);
      const deployment = await withKeys([short.jwk, without({ ...ec.jwk }, 'alg')]);
      expect(await ask(deployment, by(deployment, short))).toBe('key_unknown');
      expect(await ask(deployment, by(deployment, short.as(short.kid, 'PS256')))).toBe(
        'key_unknown',
      );
      expect(await ask(deployment, by(deployment, ec))).toBe(LET_IN);
      const told = log.slice(before).filter((line) => line.includes(short.kid));
      expect(told).toHaveLength(1);
    },
  );

  it('RFC 8725 §3.4 (BCP-08): a point that is not on the curve costs only itself', async () => {
    const other = signingKey('ES256', 'other');
    const deployment = await withKeys([
      { ...ec.jwk, kid: 'off-curve', y: other.jwk['y'] },
      { ...ec.jwk, kid: 'mislabelled', crv: 'P-384' },
      { ...ec.jwk, kid: 'for ES384', alg: 'ES384' },
      ec.jwk,
    ]);
    for (const kid of ['off-curve', 'mislabelled', 'for ES384']) {
      expect([kid, await ask(deployment, by(deployment, ec.as(kid)))]).toEqual([
        kid,
        'key_unknown',
      ]);
    }
    expect(await ask(deployment, by(deployment, ec))).toBe(LET_IN);
  });

  it('RFC 8725 §3.4 (BCP-08): a curve that no algorithm here is for is not used', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'secp256k1' });
    const koblitz = new SigningKey('koblitz', 'ES256', privateKey);
    const deployment = await withKeys([without(koblitz.jwk, 'alg'), ec.jwk]);
    expect(await ask(deployment, by(deployment, koblitz))).toBe('key_unknown');
    expect(await ask(deployment, by(deployment, koblitz, { alg: 'ES256K' }))).toBe(
      'algorithm_not_allowed',
    );
  });

  it('RFC 8725 §3.3 (BCP-10): a signature that cannot even be computed refuses', async () => {
    const deployment = await withKeys([rsa.jwk]);
    for (const bytes of [0, 1, 255, 256, 257, 4000]) {
      const [header, payload] = by(deployment, rsa).split('.');
      const signature = Buffer.alloc(bytes, 0xff).toString('base64url');
      expect(await ask(deployment, `${header}.${payload}.${signature}`)).toBe('signature_invalid');
    }
  });

  it.each<[what: string, header: Claims]>([
    ['compressed', { alg: 'dir', enc: 'A256GCM', zip: 'DEF' }],
    ['encrypted with a password', { alg: 'PBES2-HS256+A128KW', enc: 'A128GCM', p2c: 2 ** 31 - 1 }],
  ])(
    'RFC 8725bis §3.13, §3.15 (BCP-11, BCP-12): a token that is %s is not opened',
    async (...[, header]) => {
      const deployment = await withKeys([ec.jwk]);
      const token = [base64url(header), '', 'aXY', base64url(Buffer.alloc(300)), 'dGFn'].join('.');
      expect(await ask(deployment, token)).toBe('token_malformed');
      const threeParts = deployment.issue({}, { ...header, enc: undefined }, ec);
      expect(await ask(deployment, threeParts)).toBe('algorithm_not_allowed');
    },
  );
});

describe('whose key it is', () => {
  it('RFC 8725 §3.8 (BCP-13): a key verifies the tokens of its own issuer only', async () => {
    const theirs = signingKey('ES256', 'theirs');
    const shared = signingKey('ES256', 'their shared').as('shared');
    const other = await AuthorizationServer.start({ path: '/other', key: theirs });
    const ours = ec.as('shared');
    const deployment = await deployOnce(
      'express',
      ({ issuer }) => ({ issuer: [issuer, other.issuer] }),
      {},
      (server) => {
        server.keys = [ec.jwk, ours.jwk];
        other.keys = [theirs.jwk, shared.jwk];
      },
    );
    const verdicts = await Promise.all([
      ask(deployment, deployment.issue({}, {}, ec)),
      ask(deployment, other.issue({}, {}, theirs)),
      ask(deployment, other.issue({}, {}, shared)),
      // The other's key, by its own name and by a name that both have.
      ask(deployment, deployment.issue({}, {}, theirs)),
      ask(deployment, deployment.issue({}, {}, shared)),
      ask(deployment, other.issue({}, {}, ec)),
      ask(deployment, other.issue({}, {}, ours)),
    ]);
    await other.stop();
    expect(verdicts).toEqual([
      LET_IN,
      LET_IN,
      LET_IN,
      'key_unknown',
      'signature_invalid',
      'key_unknown',
      'signature_invalid',
    ]);
  });

  const deployment = deploy('express');

  it.each([5, {}, { name: 'alice' }, ['alice'], true, null, ''])(
    'RFC 8725 §3.8 (BCP-14): the subject is a name, not %j',
    async (sub) => {
      expect(await ask(deployment, deployment.issue({ sub }))).toBe('token_malformed');
    },
  );

  it('RFC 8725 §3.9 (BCP-15): a token has to say whom it is for', async () => {
    expect(await ask(deployment, deployment.issue({ aud: undefined }))).toBe('audience_missing');
    const options = { issuer: 'https://as.example.com' } as AudienceAuthOptions;
    expect(() => AudienceAuthModule.forRoot(options)).toThrow(/audience/);
  });

  it('RFC 8725bis §3.10 (BCP-16): whatever kid says, it is looked up and no more', async () => {
    const { authorizationServer: server } = deployment;
    const kids = [
      '../../../../dev/null',
      "x' UNION SELECT 'k",
      "' OR 1=1--",
      '|whoami',
      'ES256\u0000',
      '__proto__',
      'constructor',
      'toString',
      'http://169.254.169.254/',
      'k'.repeat(7000),
    ];
    expect(await ask(deployment, deployment.issue())).toBe(LET_IN);
    const before = server.trail.length;
    for (const kid of kids) {
      const token = deployment.issue({}, { kid });
      expect(await verdict(deployment.service, token)).toBe('key_unknown');
    }
    // At most one look whether the keys have changed.
    expect(server.trail.length - before).toBeLessThanOrEqual(1);
  });
});

describe('a JWK set', () => {
  it('RFC 7517 §5 (JWK-01): is not spoilt by what is no usable key', async () => {
    const deployment = await withKeys([
      null,
      'key',
      5,
      [],
      {},
      { kty: 'XXX', kid: 'x' },
      { kty: 5 },
      { kty: 'RSA', kid: 'no modulus' },
      { kty: 'RSA', kid: 'no exponent', n: rsa.jwk['n'] },
      { kty: 'RSA', kid: 'bad modulus', n: '!', e: 'AQAB' },
      { kty: 'RSA', kid: 'numbers', n: 1, e: 65_537 },
      { kty: 'EC', kid: 'no y', crv: 'P-256', x: ec.jwk['x'] },
      { kty: 'EC', kid: 'short', crv: 'P-256', x: 'AA', y: 'AA' },
      { kty: 'EC', kid: 'unknown curve', crv: 'P-1', x: ec.jwk['x'], y: ec.jwk['y'] },
      { kty: 'OKP', kid: 'for key agreement', crv: 'X25519', x: signingKey('EdDSA').jwk['x'] },
      { ...ec.jwk, kid: 5 },
      ec.jwk,
    ]);
    expect(await ask(deployment, by(deployment, ec))).toBe(LET_IN);
  });

  /** Members that are not as usual, and what becomes of a token that was signed with such a key. */
  const unusual: [source: string, members: Jwk, verdict: string][] = [
    ['RFC 7517 §4.2 (JWK-02)', { use: 'enc' }, 'key_unknown'],
    ['RFC 7517 §4.2 (JWK-02)', { use: 'SIG' }, 'key_unknown'],
    ['RFC 7517 §4.2 (JWK-02)', { use: 'sig' }, LET_IN],
    ['RFC 7517 §4.2 (JWK-02)', { use: undefined }, LET_IN],
    ['RFC 7517 §4.3 (JWK-03)', { key_ops: ['verify'] }, LET_IN],
    ['RFC 7517 §4.3 (JWK-03)', { key_ops: ['sign', 'verify'] }, LET_IN],
    ['RFC 7517 §4.3 (JWK-03)', { key_ops: ['sign'] }, 'key_unknown'],
    ['RFC 7517 §4.3 (JWK-03)', { key_ops: ['encrypt'] }, 'key_unknown'],
    ['RFC 7517 §4.3 (JWK-03)', { key_ops: ['deriveKey', 'wrapKey'] }, 'key_unknown'],
    ['RFC 7517 §4.3 (JWK-03)', { key_ops: [] }, 'key_unknown'],
    ['RFC 7517 §4.3 (JWK-03)', { key_ops: 'verify' }, 'key_unknown'],
    ['RFC 7517 §4.3 (JWK-03)', { key_ops: null }, 'key_unknown'],
    ['RFC 7517 §4.3 (JWK-03)', { use: 'enc', key_ops: ['verify'] }, 'key_unknown'],
    ['RFC 7517 §4.4 (JWK-04)', { alg: undefined }, LET_IN],
    ...['RSA-OAEP', 'ECDH-ES', 'HS256', 'RS256', 'none', 'es256', '', 5, null].map(
      (alg): [string, Jwk, string] => ['RFC 7517 §4.4 (JWK-04)', { alg }, 'key_unknown'],
    ),
  ];
  const named = (members: Jwk) => JSON.stringify(members);
  const withUnusual = deploy('express', (server) => {
    server.keys = unusual.map(([, members]) => ({ ...ec.jwk, ...members, kid: named(members) }));
    return {};
  });

  it.each(unusual)('%s: a token by a key with %j is %s', async (_source, members, expected) => {
    expect(await ask(withUnusual, by(withUnusual, ec.as(named(members))))).toBe(expected);
  });

  it('RFC 7517 §4.5 (JWK-05): the kid is compared to the letter', async () => {
    const deployment = await withKeys([ec.jwk]);
    for (const kid of ['EC', 'Ec', 'ec ', ' ec', 'e', 'ec1']) {
      expect(await ask(deployment, by(deployment, ec.as(kid)))).toBe('key_unknown');
    }
  });

  it('RFC 7517 §4.5 (JWK-05): several keys may share a kid', async () => {
    const twins = [
      rsa.as('twin'),
      ec.as('twin'),
      signingKey('ES256', 'second').as('twin'),
      signingKey('ES384', 'third').as('twin'),
    ];
    const deployment = await withKeys(twins.map(({ jwk }) => jwk));
    for (const twin of twins) expect(await ask(deployment, by(deployment, twin))).toBe(LET_IN);
    const stranger = signingKey('ES256', 'stranger').as('twin');
    expect(await ask(deployment, by(deployment, stranger))).toBe('signature_invalid');
  });

  it('OpenID Connect Core §10.1 (JWK-06): a token without kid is tried with the keys that fit', async () => {
    const second = signingKey('ES256', 'second');
    const deployment = await withKeys([ec.jwk, rsa.jwk, second.jwk]);
    for (const key of [ec, rsa, second]) {
      expect(await ask(deployment, by(deployment, key, { kid: undefined }))).toBe(LET_IN);
    }
    const stranger = signingKey('ES256', 'stranger');
    expect(await ask(deployment, by(deployment, stranger, { kid: undefined }))).toBe(
      'signature_invalid',
    );
    const unfitting = signingKey('EdDSA');
    expect(await ask(deployment, by(deployment, unfitting, { kid: undefined }))).toBe(
      'key_unknown',
    );
  });

  it('RFC 7517 §4.5 (JWK-07): a key without kid is not the one that a token names', async () => {
    const deployment = await withKeys([without(ec.jwk, 'kid')]);
    expect(await ask(deployment, by(deployment, ec))).toBe('key_unknown');
    expect(await ask(deployment, by(deployment, ec, { kid: undefined }))).toBe(LET_IN);
  });

  it('RFC 7517 §5 (JWK-08): a shared secret in it is not used', async () => {
    const secret = Buffer.alloc(32, 'secret');
    const oct = { kty: 'oct', kid: 'oct', k: secret.toString('base64url') };
    for (const jwk of [oct, { ...oct, alg: 'HS256' }, { ...ec.jwk, kid: 'oct', k: oct.k }]) {
      const deployment = await withKeys([jwk, rsa.jwk]);
      const { issuer } = deployment.authorizationServer;
      for (const alg of ['HS256', 'ES256']) {
        const signed = `${base64url({ alg, kid: 'oct', typ: 'at+jwt' })}.${base64url(validClaims(issuer))}`;
        const mac = createHmac('sha256', secret).update(signed).digest('base64url');
        expect(await ask(deployment, `${signed}.${mac}`)).toBe(
          alg === 'HS256' ? 'algorithm_not_allowed' : 'key_unknown',
        );
      }
      expect(log.join('\n')).not.toContain(oct.k);
    }
  });

  it('RFC 7517 §9.2 (JWK-09): a private key in it is not used, and warned of without its secret', async () => {
    const before = log.length;
    const leaked = signingKey('ES256', 'leaked');
    const deployment = await withKeys([leaked.privateJwk, ec.jwk]);
    expect(await ask(deployment, by(deployment, leaked))).toBe('key_unknown');
    expect(await ask(deployment, by(deployment, ec))).toBe(LET_IN);
    const told = log.slice(before).filter((line) => line.includes('leaked'));
    expect(told).toEqual([expect.stringMatching(/^warn /)]);
    expect(told[0]).not.toContain(leaked.privateJwk['d']);
  });

  it('RFC 7517 §4.7, §4.8 (JWK-14): certificates in it say nothing', async () => {
    const other = signingKey('ES256', 'second');
    const certificate = other.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
    const deployment = await withKeys([
      { ...ec.jwk, x5c: [certificate], x5t: 'x', x5u: 'http://169.254.169.254/' },
    ]);
    expect(await ask(deployment, by(deployment, ec))).toBe(LET_IN);
    expect(await ask(deployment, by(deployment, other.as('ec')))).toBe('signature_invalid');
  });
});

describe('as keys change', () => {
  const [k1, k2] = [signingKey('ES256', 'k1'), signingKey('ES256', 'k2')];
  const tokens = { clockToleranceSeconds: 300, maxTokenAgeSeconds: false } as const;
  const start = Date.parse('2030-01-01T00:00:00Z');
  const after = (ms: number) => vi.setSystemTime(start + ms);
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'] });
    after(0);
  });
  afterEach(() => void vi.useRealTimers());

  /** A service that has fetched the keys. */
  const running = async (options: Partial<AudienceAuthOptions> = {}): Promise<Deployment> => {
    const deployment = await withKeys([k1.jwk], { ...tokens, ...options });
    expect(await ask(deployment, by(deployment, k1))).toBe(LET_IN);
    expect(deployment.authorizationServer.requests(JWKS)).toBe(1);
    return deployment;
  };

  it('OpenID Connect Core §10.1.1 (JWK-10): an unfamiliar kid has the keys fetched again, once', async () => {
    const deployment = await running();
    const { authorizationServer: server } = deployment;
    server.rotate(k2, { keepOld: true });
    after(5000);
    expect(await ask(deployment, by(deployment, k2))).toBe(LET_IN);
    expect(await ask(deployment, by(deployment, k1))).toBe(LET_IN);
    expect(server.requests(JWKS)).toBe(2);
  });

  it('OpenID Connect Core §10.1.1 (JWK-10): a withdrawn key ends when the keys are next fetched', async () => {
    const deployment = await running();
    const { authorizationServer: server } = deployment;
    const old = by(deployment, k1);
    server.rotate(k2);
    after(599_999);
    expect(await ask(deployment, by(deployment, k1))).toBe(LET_IN);
    after(600_000);
    expect(await ask(deployment, by(deployment, k1))).toBe('key_unknown');
    expect(await ask(deployment, by(deployment, k2))).toBe(LET_IN);
    expect(await ask(deployment, old)).not.toBe(LET_IN);
  });

  it('OpenID Connect Core §10.1.1 (JWK-10): a kid may get another key', async () => {
    const deployment = await running();
    const renewed = k2.as('k1');
    deployment.authorizationServer.rotate(renewed);
    after(5000);
    expect(await ask(deployment, by(deployment, renewed))).toBe(LET_IN);
    expect(await ask(deployment, by(deployment, k1))).toBe('signature_invalid');
  });

  it('RFC 7517 §5 (JWK-11): a flood of made-up kids costs one fetch a cooldown and shuts nobody out', async () => {
    const deployment = await running();
    const { authorizationServer: server, service } = deployment;
    const known = by(deployment, k1);
    const flood = () =>
      Promise.all(
        Array.from({ length: 500 }, (_, at) =>
          verdict(service, by(deployment, k2.as(`kid ${at}`))),
        ),
      );
    expect(new Set(await flood())).toEqual(new Set(['key_unknown']));
    expect(server.requests(JWKS)).toBe(1);
    after(5000);
    expect(new Set(await flood())).toEqual(new Set(['key_unknown']));
    expect(server.requests(JWKS)).toBe(2);

    server.rotate(k2, { keepOld: true });
    after(9999);
    await flood();
    expect(await ask(deployment, known)).toBe(LET_IN);
    expect(await ask(deployment, by(deployment, k2))).toBe('key_unknown');
    after(10_000);
    const [, newKey] = await Promise.all([flood(), ask(deployment, by(deployment, k2))]);
    expect(newKey).toBe(LET_IN);
    expect(server.requests(JWKS)).toBe(3);
  });

  it('RFC 7517 §5 (JWK-11): a token that no key could save has no keys fetched', async () => {
    const deployment = await running();
    after(5000);
    for (const claims of [
      { aud: 'https://other.example' },
      { exp: 1 },
      { cnf: {} },
      { nonce: 1, scope: undefined, client_id: undefined },
    ]) {
      const header = { kid: 'made up', ...('nonce' in claims && { typ: 'JWT' }) };
      expect(await ask(deployment, deployment.issue(claims, header, k2))).toBe('key_unknown');
    }
    expect(deployment.authorizationServer.requests(JWKS)).toBe(1);
  });

  it('RFC 7517 §5 (JWK-11): the cooldown is per issuer', async () => {
    const other = await AuthorizationServer.start({ path: '/other', key: k1 });
    const deployment = await deployOnce(
      'express',
      ({ issuer }) => ({ ...tokens, issuer: [issuer, other.issuer] }),
      {},
      (server) => server.rotate(k1),
    );
    const { authorizationServer: server } = deployment;
    await Promise.all([ask(deployment, by(deployment, k1)), ask(deployment, other.issue())]);
    after(5000);
    await ask(deployment, by(deployment, k2));
    other.rotate(k2);
    expect(await ask(deployment, other.issue())).toBe(LET_IN);
    expect([server.requests(JWKS), other.requests(JWKS)]).toEqual([2, 2]);
    await other.stop();
  });

  const limits = { maxResponseBytes: 10_000, maxKeys: 3 };
  const troubles: [what: string, answer: Answer, timeoutMs?: number][] = [
    ['500', status(500)],
    ['404', status(404)],
    ['a redirect', status(302, { location: '/elsewhere' })],
    ['a redirect to http', status(307, { location: 'http://169.254.169.254/' })],
    ['HTML', body('<!doctype html>', { 'content-type': 'text/html' })],
    ['JSON that is no object', json([k1.jwk])],
    ['JSON without keys', json({})],
    ['keys that are no array', json({ keys: { k1: k1.jwk } })],
    ['no keys', json({ keys: [] })],
    ['keys for encryption only', json({ keys: [{ ...k1.jwk, use: 'enc' }] })],
    ['shared secrets only', json({ keys: [{ kty: 'oct', kid: 'k1', k: 'c2VjcmV0' }] })],
    ['RSA keys that are too short only', json({ keys: [shortRsaKey(1024).jwk] })],
    ['too many keys', json({ keys: [k1.jwk, k1.jwk, k1.jwk, k1.jwk] })],
    ['too many bytes', json({ keys: [k1.jwk], padding: 'x'.repeat(10_000) })],
    [
      'too many bytes once they are unpacked',
      body(gzipSync(JSON.stringify({ keys: [k1.jwk], padding: 'x'.repeat(10_000) })), {
        'content-encoding': 'gzip',
      }),
    ],
    ['nothing at all', hang, 500],
    ['the beginning of a set', stall, 500],
    ['a closed connection', hangUp],
  ];

  it.each(troubles)(
    'RFC 7517 §5 (JWK-12, JWK-13): %s gives no keys: 503, but for those who have some',
    async (_what, trouble, timeoutMs = 5000) => {
      const keys = { ...limits, timeoutMs };
      const deployment = await running({ keys });
      const { authorizationServer: server, service } = deployment;
      server.fail(JWKS, trouble);
      server.fail('/elsewhere', json({ keys: [k1.jwk] }));

      const newcomer = await deployOnce('express', { ...tokens, keys }, {}, (theirs) => {
        theirs.rotate(k1);
        theirs.fail(JWKS, trouble);
        theirs.fail('/elsewhere', json({ keys: [k1.jwk] }));
      });
      await expectUnavailable(await newcomer.get('/plain', by(newcomer, k1)));
      expect(newcomer.authorizationServer.requests('/elsewhere')).toBe(0);

      // The last good set is kept, and goes on to refuse what it refused.
      after(600_000 + 3_599_999);
      expect(await ask(deployment, by(deployment, k1))).toBe(LET_IN);
      expect(await ask(deployment, deployment.issue({ aud: 'https://x.example' }, {}, k1))).toBe(
        'audience_mismatch',
      );
      after(600_000 + 3_600_000);
      await expectUnavailable(await service.request('/plain', { token: by(deployment, k1) }));
      server.recover();
      after(600_000 + 3_605_000);
      expect(await ask(deployment, by(deployment, k1))).toBe(LET_IN);
    },
  );

  it('RFC 7517 §5 (JWK-12): as much as the limits say is taken', async () => {
    const set = { keys: [k1.jwk, k2.jwk, ec.jwk], padding: '' };
    set.padding = 'x'.repeat(10_000 - JSON.stringify(set).length);
    const deployment = await deployOnce('express', { keys: limits }, {}, (server) =>
      server.fail(JWKS, json(set)),
    );
    expect(await ask(deployment, by(deployment, k1))).toBe(LET_IN);
  });

  it.each(['http://as.example.com/jwks', 'ftp://as.example.com/jwks', '/jwks', 'file:///jwks'])(
    'RFC 7517 §5 (JWK-12): keys are not fetched from %s',
    (jwksUri) => {
      const options = { issuer: 'https://as.example.com', audience: AUDIENCE, jwksUri };
      expect(() => AudienceAuthModule.forRoot(options)).toThrow(/jwksUri/);
    },
  );

  it('RFC 7517 §5 (JWK-13): where the keys are at fault, a bad token is bad all the same', async () => {
    const deployment = await deployOnce('express', {}, {}, (server) => {
      server.fail(JWKS, status(500));
    });
    expect(await ask(deployment, 'x.y.z')).toBe('token_malformed');
    expect(await ask(deployment, deployment.issue({ iss: 'https://x.example' }))).toBe(
      'issuer_untrusted',
    );
    expect(await ask(deployment, deployment.issue({}, { alg: 'none' }))).toBe(
      'algorithm_not_allowed',
    );
  });
});

function pem({ publicKey }: SigningKey): string {
  return publicKey.export({ type: 'spki', format: 'pem' }).toString();
}
