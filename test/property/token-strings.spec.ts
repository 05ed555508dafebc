import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deploy } from '../support/deployment.js';
import { base64url, signingKey, type Part, type SigningAlgorithm } from '../support/signing-key.js';
import { validClaims, validHeader } from '../support/tokens.js';
import { judge } from './judge.js';
import { runs } from './runs.js';
import { hostileName, written, type Member } from './token-arbitraries.js';

const ALGORITHMS: readonly SigningAlgorithm[] = ['ES256', 'RS256', 'EdDSA'];

const deployment = deploy('express', (server) => {
  server.keys = ALGORITHMS.map((alg) => signingKey(alg).jwk);
  return {};
});

async function isLetIn(token: string): Promise<boolean> {
  return typeof (await judge(deployment, token)) === 'object';
}

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.base64String(),
  fc
    .array(fc.constantFrom('.', 'e30', '=', '-', '_', '{', '}', '"', '\u0000'), { maxLength: 12 })
    .map((list) => list.join('')),
);

describe('any text in the place of a token', () => {
  it('is refused, and nothing else goes wrong', async () => {
    await fc.assert(
      fc.asyncProperty(text, async (token) => !(await isLetIn(token))),
      runs(600),
    );
  });

  it('is refused in three parts, too', async () => {
    const part = fc.oneof(text, text.map(base64url), fc.json().map(base64url));
    await fc.assert(
      fc.asyncProperty(part, part, part, async (...parts) => !(await isLetIn(parts.join('.')))),
      runs(300),
    );
  });

  it('is refused where it is no text at all', async () => {
    await fc.assert(
      fc.asyncProperty(fc.anything(), async (value) => !(await isLetIn(value as string))),
      runs(200),
    );
  });
});

describe('a well-signed token', () => {
  const key = signingKey('ES256');
  const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array));
  const members = (names: readonly string[], before: object = {}): fc.Arbitrary<Part> =>
    fc
      .array(
        fc.tuple(
          fc.oneof(fc.constantFrom(...names), hostileName, fc.string()),
          fc.jsonValue({ maxDepth: 3 }),
        ),
        { maxLength: 10 },
      )
      .map((list: Member[]) => written([...Object.entries(before), ...list]));
  const goodHeader = validHeader(key.alg, key.kid);
  const header = fc.oneof(
    members(['kty', 'x-custom', 'x5c', 'jwk', 'cty'], goodHeader),
    members(['alg', 'kid', 'typ', 'crit', 'b64', 'cty', 'enc', 'jwk', 'jku', 'x5c']),
    fc.json(),
    bytes,
  );
  const payload = fc.oneof(
    members(['iss', 'aud', 'exp', 'nbf', 'iat', 'sub', 'jti', 'scope', 'cnf', 'typ', 'events']),
    fc.json(),
    bytes,
  );

  it('is refused or let in, whatever it holds, and nothing else goes wrong', async () => {
    await fc.assert(
      fc.asyncProperty(header, payload, async (anyHeader, anyPayload) => {
        const goodPayload = validClaims(deployment.authorizationServer.issuer);
        await isLetIn(key.sign(anyHeader, goodPayload));
        await isLetIn(key.sign(goodHeader, anyPayload));
        // Nothing here says who issued it.
        expect(await isLetIn(key.sign(anyHeader, anyPayload))).toBe(false);
      }),
      runs(250),
    );
  });
});

describe('parts of good tokens', () => {
  it('are let in only as they were issued', async () => {
    const issued = ALGORITHMS.flatMap((alg) =>
      ['alice', 'bob'].map((sub) => deployment.issue({ sub }, {}, signingKey(alg))),
    );
    const part = (index: number) =>
      fc.constantFrom(...issued.map((each) => each.split('.')[index]));
    await fc.assert(
      fc.asyncProperty(part(0), part(1), part(2), async (...parts) => {
        const token = parts.join('.');
        expect(await isLetIn(token)).toBe(issued.includes(token));
      }),
      runs(250),
    );
  });
});

describe.each(ALGORITHMS)('a token signed with %s', (alg) => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ \n';
  const character = fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(...alphabet.split('')) },
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  );
  const position = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

  it('is refused with any one character changed, added or left out', async () => {
    const token = deployment.issue({}, {}, signingKey(alg));
    expect(await isLetIn(token)).toBe(true);
    await fc.assert(
      fc.asyncProperty(position, character, async (where, other) => {
        const at = Math.floor(where * token.length);
        const [before, after] = [token.slice(0, at), token.slice(at + 1)];
        const changes = [before + after, before + other + token.slice(at), `${token}${other}`];
        if (token[at] !== other) changes.push(before + other + after);
        for (const changed of changes) expect(await isLetIn(changed)).toBe(false);
      }),
      runs(100),
    );
  });

  it('is refused with any bits of the bytes in any part changed', async () => {
    const parts = deployment.issue({}, {}, signingKey(alg)).split('.');
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: 2 }),
        position,
        fc.integer({ min: 1, max: 255 }),
        async (index, where, bits) => {
          const bytes = Buffer.from(parts[index] ?? '', 'base64url');
          const at = Math.floor(where * bytes.length);
          bytes.writeUInt8(bytes.readUInt8(at) ^ bits, at);
          const changed = parts.with(index, bytes.toString('base64url'));
          expect(await isLetIn(changed.join('.'))).toBe(false);
        },
      ),
      runs(150),
    );
  });

  it('is refused with any other last character of any part', async () => {
    const token = deployment.issue({}, {}, signingKey(alg));
    const parts = token.split('.');
    for (const index of parts.keys()) {
      for (const last of alphabet.split('')) {
        const changed = parts.map((part, at) => (at === index ? part.slice(0, -1) + last : part));
        const isSame = changed.join('.') === token;
        expect(await isLetIn(changed.join('.'))).toBe(isSame);
      }
    }
  });
});
