import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { status } from '../support/answers.js';
import { JWKS } from '../support/authorization-server.js';
import {
  COOLDOWN,
  HOUR,
  MAX_AGE,
  pass,
  SECOND,
  STALE_WINDOW,
  stopTheClock,
} from '../support/clock.js';
import { deployOnce, deployWarm } from '../support/deployment.js';
import { expectRejection, expectUnavailable } from '../support/expect-rejection.js';
import { ADAPTERS } from '../support/resource-server.js';
import { signingKey } from '../support/signing-key.js';
import { now } from '../support/tokens.js';

stopTheClock();

describe.each(ADAPTERS)('a token that was let in before, on %s', (adapter) => {
  it('RFC 7519 §4.1.4: expires all the same', async () => {
    const deployment = await deployWarm(adapter);
    const token = deployment.issue({ exp: now() + 60 });
    expect(await deployment.status(token)).toBe(200);
    pass(64 * SECOND);
    expect(await deployment.status(token)).toBe(200);
    pass(SECOND);
    await expectRejection(await deployment.get('/plain', token), 'token_expired', { token });
    await expectRejection(await deployment.get('/plain', token), 'token_expired', { token });
  });

  it('RFC 7519 §4.1.6: becomes too old all the same', async () => {
    const deployment = await deployWarm(adapter, { maxTokenAgeSeconds: 60 });
    const token = deployment.issue({ iat: now(), exp: now() + 3600 });
    expect(await deployment.status(token)).toBe(200);
    pass(66 * SECOND);
    await expectRejection(await deployment.get('/plain', token), 'token_too_old', { token });
  });

  it('RFC 7517 §5: is refused as soon as its key is seen to be gone', async () => {
    const deployment = await deployWarm(adapter);
    const { authorizationServer: server } = deployment;
    const token = deployment.issue();
    expect(await deployment.status(token)).toBe(200);
    server.rotate(signingKey('RS256'));
    pass(MAX_AGE);
    await expectRejection(await deployment.get('/plain', token), 'key_unknown', { token });
    expect(await deployment.status(deployment.issue())).toBe(200);
  });

  it('RFC 7517 §4.5: is refused as soon as its kid names another key', async () => {
    const deployment = await deployWarm(adapter);
    const { authorizationServer: server } = deployment;
    const token = deployment.issue();
    expect(await deployment.status(token)).toBe(200);
    server.keys = [{ ...signingKey('ES256', 'another').jwk, kid: server.key.kid }];
    pass(MAX_AGE);
    await expectRejection(await deployment.get('/plain', token), 'signature_invalid', { token });
  });

  it('is answered with 503, as any other, when there are no keys any more', async () => {
    const deployment = await deployWarm(adapter);
    const { authorizationServer: server } = deployment;
    const token = deployment.issue({ exp: now() + 3 * (HOUR / SECOND) });
    expect(await deployment.status(token)).toBe(200);
    server.fail(JWKS, status(500));
    pass(MAX_AGE);
    expect(await deployment.status(token)).toBe(200);
    pass(STALE_WINDOW);
    await expectUnavailable(await deployment.get('/plain', token));
    server.recover();
    pass(COOLDOWN);
    expect(await deployment.status(token)).toBe(200);
  });

  it('RFC 4648 §3.5: lets no other spelling of itself in', async () => {
    const deployment = await deployOnce(adapter, {}, {}, (server) => {
      server.rotate(signingKey('RS256'));
    });
    const token = deployment.issue();
    expect(await deployment.status(token)).toBe(200);
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    for (const last of alphabet) {
      const variant = token.slice(0, -1) + last;
      expect(await deployment.status(variant)).toBe(variant === token ? 200 : 401);
    }
  });

  it('says nothing about the scopes of another route', async () => {
    const deployment = await deployWarm(adapter);
    const token = deployment.issue({ scope: 'files:read' });
    expect(await deployment.status(token)).toBe(200);
    expect(await deployment.status(token, '/files/report')).toBe(403);
    expect(await deployment.status(token)).toBe(200);
  });

  it('need not be remembered to be let in', async () => {
    const deployment = await deployWarm(adapter, { verifiedTokenCache: false });
    const token = deployment.issue();
    for (let times = 0; times < 3; times++) expect(await deployment.status(token)).toBe(200);
  });

  it('may be pushed out by others', async () => {
    const deployment = await deployWarm(adapter, { verifiedTokenCache: { maxEntries: 2 } });
    const tokens = ['one', 'two', 'three', 'four'].map((sub) => deployment.issue({ sub }));
    for (const token of [...tokens, ...tokens]) expect(await deployment.status(token)).toBe(200);
  });
});

describe.each(ADAPTERS)('a token that was refused before, on %s', (adapter) => {
  it('is looked at anew: it may have begun', async () => {
    const deployment = await deployWarm(adapter);
    const token = deployment.issue({ nbf: now() + 60 });
    expect(await deployment.status(token)).toBe(401);
    pass(60 * SECOND);
    expect(await deployment.status(token)).toBe(200);
  });

  it('is looked at anew: its key may have been published', async () => {
    const deployment = await deployWarm(adapter);
    const { authorizationServer: server } = deployment;
    const before = server.keys;
    server.rotate(signingKey('RS256'));
    const token = deployment.issue();
    server.keys = before;
    pass(COOLDOWN);
    expect(await deployment.status(token)).toBe(401);
    server.keys = [server.key.jwk];
    pass(COOLDOWN);
    expect(await deployment.status(token)).toBe(200);
  });
});

it('no bearer token, nor a part of one, stays in memory', async () => {
  const program = `
    import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
    import { getHeapSnapshot, setFlagsFromString } from 'node:v8';
    import { runInNewContext } from 'node:vm';
    import { Verification } from './dist/lib/verification/verification.js';
    import { SigningKeySet } from './dist/lib/keys/signing-key-set.js';

    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const set = new SigningKeySet([{ kid: 'k', algorithms: new Map([['EdDSA', publicKey]]), signatureBytes: 64, source: '' }]);
    const issuer = {
      name: 'https://auth.example.com', algorithms: new Set(['EdDSA']),
      keys: { current: () => set, atHand: () => set }, policy: () => undefined, lifetime: () => undefined,
    };
    const verification = new Verification(new Map([[issuer.name, issuer]]), {
      maxTokenBytes: 16384, scopeClaims: ['scope'], scopeHierarchy: new Map(), exposeRawToken: false, maxCachedTokens: 100,
    });
    const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
    // Only bytes are kept here: the string of a token exists while it is verified.
    const tokens = Array.from({ length: 20 }, (_, index) => {
      const input = part({ alg: 'EdDSA', kid: 'k', typ: 'at+jwt' }) + '.' + part({ iss: issuer.name, aud: 'x', scope: 'a b', exp: 2e9, sub: 'user-' + index });
      return Buffer.from(input + '.' + sign(null, Buffer.from(input), privateKey).toString('base64url'));
    });
    // In a function of its own, whose registers are gone with it.
    const use = (token) => {
      if ('reason' in verification.verdict(token.toString('latin1'))) throw new Error('refused');
    };
    for (const token of [...tokens, ...tokens]) use(token);
    setFlagsFromString('--expose-gc');
    runInNewContext('gc')();
    let snapshot = '';
    for await (const chunk of getHeapSnapshot()) snapshot += chunk;
    const left = tokens.filter((token) => snapshot.includes(token.toString('latin1', token.length - 60)));
    console.log(left.map((token) => tokens.indexOf(token)).join(), snapshot.includes('user-19'));
    if (verification.verdict(tokens[0].toString('latin1')).subject !== 'user-0') throw new Error('refused');
  `;
  const run = promisify(execFile)(process.execPath, ['--input-type=module', '-e', program]);
  expect((await run).stdout).toBe(' true\n');
});
