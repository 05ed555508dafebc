import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deploy } from '../support/deployment.js';
import { expectRejection } from '../support/expect-rejection.js';
import { base64url, signingKey, type Part, type SigningKey } from '../support/signing-key.js';
import { validClaims, validHeader, type Claims } from '../support/tokens.js';
import { answer, LET_IN, verdict } from '../support/verdict.js';

const deployment = deploy('express', { maxTokenBytes: 1_000_000 });

const header = (): Claims => {
  const { alg, kid } = deployment.authorizationServer.key;
  return validHeader(alg, kid);
};
const claims = (): Claims => validClaims(deployment.authorizationServer.issuer);
/** Signed rightly, whatever the parts are. */
const signed = (anyHeader: Part, anyPayload: Part, key?: SigningKey): string =>
  (key ?? deployment.authorizationServer.key).sign(anyHeader, anyPayload);
/** What the service answers over HTTP. */
const ask = (token: string) => answer(deployment.service, token);
/** What its verifier says of a token that no header can hold. */
const verify = (token: string) => verdict(deployment.service, token);

const partsOf = (token: string) => token.split('.') as [string, string, string];
const withPart = (token: string, index: 0 | 1 | 2, change: (part: string) => string): string =>
  partsOf(token)
    .map((part, at) => (at === index ? change(part) : part))
    .join('.');

it('what the tests of this file spoil is let in unspoilt', async () => {
  expect(await ask(signed(header(), claims()))).toBe(LET_IN);
  expect(await verify(signed(header(), claims()))).toBe(LET_IN);
});

describe('compact serialization', () => {
  it.each<[what: string, token: (parts: [string, string, string]) => string]>([
    ['one part', ([h]) => h],
    ['two parts', ([h, p]) => `${h}.${p}`],
    ['four parts', (parts) => [...parts, parts[2]].join('.')],
    ['an empty fourth part', (parts) => `${parts.join('.')}.`],
    ['an empty first part', (parts) => `.${parts.join('.')}`],
    ['no header', ([, p, s]) => `.${p}.${s}`],
    ['no payload', ([h, , s]) => `${h}..${s}`],
    ['nothing but dots', () => '..'],
    ['nine thousand dots', () => '.'.repeat(9000)],
  ])('RFC 7515 §7.1 (JWS-01): refuses %s', async (_what, token) => {
    expect(await ask(token(partsOf(deployment.issue())))).toBe('token_malformed');
  });

  it.each<[what: string, token: (parts: [string, string, string]) => unknown]>([
    ['flattened', ([h, p, s]) => ({ protected: h, payload: p, signature: s })],
    ['general', ([h, p, s]) => ({ payload: p, signatures: [{ protected: h, signature: s }] })],
  ])('RFC 7515 §7.2 (JWS-01): refuses the %s JSON serialization', async (_what, token) => {
    const text = JSON.stringify(token(partsOf(deployment.issue())));
    expect(await verify(text)).toBe('token_malformed');
    const headers = { authorization: `Bearer ${text}` };
    const response = await deployment.get('/plain', undefined, { headers });
    await expectRejection(response, 'request_malformed');
    expect(await ask(base64url(text))).toBe('token_malformed');
  });

  it.each<[what: string, header: Claims]>([
    ['RSA-OAEP', { alg: 'RSA-OAEP', enc: 'A256GCM' }],
    ['dir', { alg: 'dir', enc: 'A128GCM' }],
  ])('RFC 7516 §9 (JWS-02): refuses an encrypted token of %s', async (_what, jweHeader) => {
    const parts = [base64url(jweHeader), 'a2V5', 'aXY', 'Y2lwaGVy', 'dGFn'];
    expect(await ask(parts.join('.'))).toBe('token_malformed');
    expect(await ask(['', ...parts.slice(1)].join('.'))).toBe('token_malformed');
  });

  it('RFC 7516 §9 (JWS-02): refuses three parts whose header says that they are encrypted', async () => {
    expect(await ask(deployment.issue({}, { enc: 'A256GCM' }))).toBe('token_malformed');
  });
});

describe('base64url', () => {
  const everyPart = [0, 1, 2] as const;

  it.each<[what: string, change: (part: string) => string]>([
    ['padding', (part) => `${part}=`],
    ['two characters of padding', (part) => `${part}==`],
    ['a line break at the end', (part) => `${part}\n`],
    ['a carriage return', (part) => `${part}\r\n`],
    ['a space at the end', (part) => `${part} `],
    ['a space at the beginning', (part) => ` ${part}`],
    ['a space inside', (part) => `${part.slice(0, 10)} ${part.slice(10)}`],
    ['a line break inside', (part) => `${part.slice(0, 10)}\n${part.slice(10)}`],
    ['a tab inside', (part) => `${part.slice(0, 10)}\t${part.slice(10)}`],
    ['NUL', (part) => `${part}\u0000`],
    ['a percent sign', (part) => `${part}%3d`],
    ['a letter beyond ASCII', (part) => `${part}é`],
    ['a full-width look-alike', (part) => part.replace(/[A-Za-z]/, 'Ａ')],
    ['an exclamation mark', (part) => `${part.slice(0, 10)}!${part.slice(10)}`],
    ['a character too many', (part) => part.padEnd(part.length + 5 - (part.length % 4), 'A')],
  ])('RFC 7515 §2 (JWS-03): refuses %s in any part', async (_what, change) => {
    const token = deployment.issue();
    for (const index of everyPart) {
      const changed = withPart(token, index, change);
      expect(changed).not.toBe(token);
      expect([index, await verify(changed)]).toEqual([index, 'token_malformed']);
    }
  });

  it('RFC 4648 §5 (JWS-03): refuses the alphabet of plain base64', async () => {
    // Bytes whose base64url has both of the characters that differ.
    const hint = '~~~???>>>';
    const token = signed({ ...header(), hint }, { ...claims(), hint });
    expect(await ask(token)).toBe(LET_IN);
    for (const index of [0, 1] as const) {
      const changed = withPart(token, index, (part) => part.replace(/_/g, '/').replace(/-/g, '+'));
      expect(changed).not.toBe(token);
      expect([index, await ask(changed)]).toEqual([index, 'token_malformed']);
    }
  });

  it('RFC 4648 §3.5 (JWS-04): refuses every other spelling of the same bytes', async () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    for (const index of everyPart) {
      const others: string[] = [];
      // With one of these every part ends in bits that mean nothing.
      for (const hint of ['', 'x', 'xx']) {
        const token = signed({ ...header(), hint }, { ...claims(), hint });
        const part = partsOf(token)[index];
        const bytes = Buffer.from(part, 'base64url');
        const spellings = alphabet
          .split('')
          .map((last) => part.slice(0, -1) + last)
          .filter((each) => each !== part && Buffer.from(each, 'base64url').equals(bytes));
        others.push(...spellings.map((spelling) => withPart(token, index, () => spelling)));
      }
      expect(others.length).toBeGreaterThan(0);
      for (const other of others) expect(await ask(other)).toBe('token_malformed');
    }
  });
});

describe('JSON', () => {
  const notObjects: [what: string, text: Part][] = [
    ['an array', '[1]'],
    ['null', 'null'],
    ['a string', '"x"'],
    ['a number', '1'],
    ['true', 'true'],
    ['no JSON', 'not json'],
    ['an object that does not end', '{"a":1'],
    ['text after an object', '{"a":1} x'],
    ['two objects', '{}{}'],
    ['single quotes', "{'a':1}"],
    ['a comment', '{"a":1/**/}'],
    ['a comma too many', '{"a":1,}'],
    ['NaN', '{"a":NaN}'],
    ['a control character in a string', '{"a":"\n"}'],
    ['nothing at all', ''],
  ];

  it.each(notObjects)('RFC 7515 §5.2 (JWS-05): refuses %s as header', async (_what, text) => {
    expect(await ask(signed(text, claims()))).toBe('token_malformed');
  });

  it.each(notObjects)('RFC 7519 §7.2 (JWS-05): refuses %s as payload', async (_what, text) => {
    expect(await ask(signed(header(), text))).toBe('token_malformed');
  });

  it.each<[what: string, encode: (json: string) => Buffer]>([
    ['an invalid byte', (json) => spliced(json, 0xff)],
    ['an overlong sequence', (json) => spliced(json, 0xc0, 0xaf)],
    ['half a character', (json) => spliced(json, 0xc3)],
    ['a surrogate', (json) => spliced(json, 0xed, 0xa0, 0x80)],
    ['UTF-16', (json) => Buffer.from(json, 'utf16le')],
    ['UTF-16 with a byte order mark', (json) => Buffer.from(`\ufeff${json}`, 'utf16le')],
  ])('RFC 8259 §8.1 (JWS-05): refuses %s where UTF-8 belongs', async (_what, encode) => {
    const inHeader = signed(encode(JSON.stringify({ ...header(), hint: '@' })), claims());
    const inPayload = signed(header(), encode(JSON.stringify({ ...claims(), hint: '@' })));
    expect([await ask(inHeader), await ask(inPayload)]).toEqual([
      'token_malformed',
      'token_malformed',
    ]);
  });

  it('RFC 8259 §8.1 (JWS-06): refuses a byte order mark', async () => {
    const [h, p] = [JSON.stringify(header()), JSON.stringify(claims())];
    expect(await ask(signed(`\ufeff${h}`, p))).toBe('token_malformed');
    expect(await ask(signed(h, `\ufeff${p}`))).toBe('token_malformed');
  });

  it.each<[what: string, header: (json: string) => string]>([
    ['none before RS256', (json) => `{"alg":"none",${json.slice(1)}`],
    ['none after RS256', (json) => `${json.slice(0, -1)},"alg":"none"}`],
    ['one name in another spelling', (json) => `{"\\u0061lg":"none",${json.slice(1)}`],
    ['typ', (json) => `{"typ":"at+jwt",${json.slice(1)}`],
    ['a name nobody knows', (json) => `{"x":1,"x":1,${json.slice(1)}`],
    ['__proto__', (json) => `{"__proto__":{},"__proto__":{},${json.slice(1)}`],
  ])('RFC 7515 §4 (JWS-07): refuses a header parameter twice: %s', async (_what, twice) => {
    expect(await ask(signed(twice(JSON.stringify(header())), claims()))).toBe('token_malformed');
  });

  it('RFC 7515 §4 (JWS-07): lets in one name in several places', async () => {
    const nested = { a: { a: 1, b: [{ a: 1 }, { a: 1 }] }, b: '{"a":1,"a":1}' };
    expect(await ask(signed({ ...header(), ...nested }, { ...claims(), ...nested }))).toBe(LET_IN);
  });
});

describe('header parameters', () => {
  it.each<[what: string, alg: unknown, reason: string]>([
    ['that is missing', undefined, 'token_malformed'],
    ['that is a number', 256, 'token_malformed'],
    ['that is an array', ['ES256'], 'token_malformed'],
    ['that is null', null, 'token_malformed'],
    ['that is an object', {}, 'token_malformed'],
    ['in lower case', 'es256', 'algorithm_not_allowed'],
    ['that is empty', '', 'algorithm_not_allowed'],
    ['with a space', 'ES256 ', 'algorithm_not_allowed'],
    ['that nobody knows', 'ES257', 'algorithm_not_allowed'],
    ['that is the name of a property of objects', 'constructor', 'algorithm_not_allowed'],
    ['that is __proto__', '__proto__', 'algorithm_not_allowed'],
  ])('RFC 7515 §4.1.1 (JWS-08): refuses an alg %s', async (_what, alg, reason) => {
    expect(await ask(deployment.issue({}, { alg }))).toBe(reason);
  });

  it('RFC 7515 §4.1.11 (JWS-09): refuses an extension that must be understood', async () => {
    const crit = { crit: ['http://example.com/ext'], 'http://example.com/ext': true };
    expect(await ask(deployment.issue({}, crit))).toBe('critical_header_unsupported');
  });

  it.each<[what: string, header: Claims]>([
    ['is empty', { crit: [] }],
    ['is a string', { crit: 'exp', exp: 1 }],
    ['is null', { crit: null }],
    ['names a parameter of the specification', { crit: ['alg'] }],
    ['names what is not there', { crit: ['x'] }],
    ['names something twice', { crit: ['x', 'x'], x: 1 }],
    ['names no string', { crit: [1] }],
    ['is an object', { crit: {} }],
  ])('RFC 7515 §4.1.11 (JWS-10): refuses a crit that %s', async (_what, crit) => {
    expect(await ask(deployment.issue({}, crit))).toBe('critical_header_unsupported');
  });

  it.each<[what: string, header: Claims]>([
    ['false', { b64: false }],
    ['false and critical', { b64: false, crit: ['b64'] }],
    ['true and critical', { b64: true, crit: ['b64'] }],
  ])('RFC 7797 §6, §7 (JWS-11): refuses b64 that is %s', async (_what, b64) => {
    expect(await ask(deployment.issue({}, b64))).toBe('critical_header_unsupported');
  });

  it('RFC 7797 §5 (JWS-11): refuses a payload that was signed as it is', async () => {
    const { key } = deployment.authorizationServer;
    const h = base64url({ ...header(), b64: false, crit: ['b64'] });
    const payload = JSON.stringify(claims());
    const signature = key.signature(`${h}.${payload}`).toString('base64url');
    expect(await ask(`${h}.${base64url(payload)}.${signature}`)).toBe(
      'critical_header_unsupported',
    );
    expect(await ask(`${h}..${signature}`)).toBe('token_malformed');
  });

  it.each<Claims>([
    { 'x-custom': 1 },
    { cty: 'example' },
    { zip: 'DEF' },
    { ['__proto__']: { alg: 'none' }, toString: 'x' },
    { nonce: 'x' },
  ])('RFC 7515 §4 (JWS-12): ignores what it does not know: %j', async (unknown) => {
    expect(await ask(deployment.issue({}, unknown))).toBe(LET_IN);
  });

  it.each<[kid: unknown, reason: string]>([
    [1, 'token_malformed'],
    [{ kid: 'ES256' }, 'token_malformed'],
    [['ES256'], 'token_malformed'],
    [null, 'token_malformed'],
    [true, 'token_malformed'],
    ['es256', 'key_unknown'],
    ['ES256 ', 'key_unknown'],
    ['', 'key_unknown'],
  ])('RFC 7515 §4.1.4 (JWS-14): refuses the kid %j', async (kid, reason) => {
    expect(deployment.authorizationServer.key.kid).toBe('ES256');
    expect(await ask(deployment.issue({}, { kid }))).toBe(reason);
  });

  it.each(['at+jwt', 'at+JWT', 'AT+JWT', 'application/at+jwt', 'Application/AT+JWT'])(
    'RFC 7515 §4.1.9 (JWS-15): takes the typ %s for the media type it stands for',
    async (typ) => {
      // Nothing else marks this one as an access token.
      const bare = { client_id: undefined, scope: undefined };
      expect(await ask(deployment.issue(bare, { typ }))).toBe(LET_IN);
      expect(await ask(deployment.issue(bare, { typ: 'JWT' }))).toBe('token_kind_unexpected');
    },
  );

  it.each(['text/at+jwt', 'application/application/at+jwt', 'at+jwt;v=1', ' at+jwt', 'at+jwt '])(
    'RFC 7515 §4.1.9 (JWS-15): takes the typ "%s" for another',
    async (typ) => {
      expect(await ask(deployment.issue({}, { typ }))).toBe('token_kind_unexpected');
    },
  );

  it.each(['JWT', 'jwt', 'application/jwt'])(
    'RFC 7519 §5.2 (JWS-16): refuses a token within a token, cty %s',
    async (cty) => {
      expect(await ask(deployment.issue({}, { cty }))).toBe('token_malformed');
      const nested = signed({ ...header(), cty }, deployment.issue());
      expect(await ask(nested)).toBe('token_malformed');
    },
  );
});

describe('keys that a token brings along', () => {
  const attacker = signingKey('ES256', 'attacker');
  const asked: string[] = [];
  const trap = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.end(JSON.stringify({ keys: [attacker.jwk] }));
  });
  let url = '';
  beforeAll(async () => {
    await new Promise<void>((listening) => trap.listen(0, '127.0.0.1', listening));
    url = `http://127.0.0.1:${(trap.address() as AddressInfo).port}/keys`;
  });
  afterAll(() => new Promise((closed) => trap.close(closed)));

  const hints = (): Claims[] => [
    { jwk: attacker.jwk },
    { jku: url },
    { jku: 'http://169.254.169.254/' },
    { x5u: url },
    { x5c: [attacker.publicKey.export({ format: 'der', type: 'spki' }).toString('base64')] },
    { x5t: 'x', 'x5t#S256': 'x' },
  ];

  it('RFC 7515 §4.1.2 to §4.1.8 (JWS-13): are not used to verify it', async () => {
    for (const hint of hints()) {
      for (const kid of ['ES256', 'attacker', undefined]) {
        const token = signed({ ...header(), kid, ...hint }, claims(), attacker);
        expect(await ask(token)).toBe(kid === 'attacker' ? 'key_unknown' : 'signature_invalid');
      }
    }
    expect(asked).toEqual([]);
  });

  it('RFC 7515 §4.1.2 to §4.1.8 (JWS-13): are not even looked at', async () => {
    for (const hint of hints()) expect(await ask(deployment.issue({}, hint))).toBe(LET_IN);
    expect(asked).toEqual([]);
  });
});

describe('signatures', () => {
  /** RFC 3279 §2.2.3: what OpenSSL and many libraries write. */
  const der = (raw: Buffer): Buffer => {
    const integers = [raw.subarray(0, 32), raw.subarray(32)].map((half) => {
      const digits = half.subarray(half.findIndex((byte) => byte !== 0));
      const positive = (digits[0] ?? 0) > 0x7f ? Buffer.concat([Buffer.of(0), digits]) : digits;
      return Buffer.concat([Buffer.of(2, positive.length), positive]);
    });
    const body = Buffer.concat(integers);
    return Buffer.concat([Buffer.of(0x30, body.length), body]);
  };
  const order = 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551';

  it.each<[what: string, change: (signature: Buffer) => Buffer]>([
    ['in DER', der],
    ['of 63 bytes', (signature) => signature.subarray(1)],
    ['of 65 bytes', (signature) => Buffer.concat([signature, Buffer.of(0)])],
    ['of 65 bytes with a zero in front', (signature) => Buffer.concat([Buffer.of(0), signature])],
    ['that is empty', () => Buffer.alloc(0)],
    ['of zeros', () => Buffer.alloc(64)],
    ['of ones', () => Buffer.alloc(64, 0xff)],
    ['with R zero and S one', () => Buffer.concat([Buffer.alloc(63), Buffer.of(1)])],
    ['with R and S of the order of the curve', () => Buffer.from(order + order, 'hex')],
    ['whose halves are exchanged', (s) => Buffer.concat([s.subarray(32), s.subarray(0, 32)])],
    ['twice', (signature) => Buffer.concat([signature, signature])],
  ])('RFC 7518 §3.4 (JWS-17): refuses an ES256 signature %s', async (_what, change) => {
    const token = deployment.issue();
    const changed = withPart(token, 2, (part) =>
      change(Buffer.from(part, 'base64url')).toString('base64url'),
    );
    expect(await ask(changed)).toBe('signature_invalid');
  });

  it.each(['none', 'None', 'NONE', 'nOnE', 'none '])(
    'RFC 7518 §3.6 (JWS-18): refuses the algorithm "%s"',
    async (alg) => {
      const unsigned = `${base64url({ ...header(), alg })}.${base64url(claims())}.`;
      expect(await ask(unsigned)).toBe('algorithm_not_allowed');
      expect(await ask(`${unsigned}AAAA`)).toBe('algorithm_not_allowed');
      expect(await ask(deployment.issue({}, { alg }))).toBe('algorithm_not_allowed');
      const withoutKid = { ...header(), alg, kid: undefined };
      expect(await ask(`${base64url(withoutKid)}.${base64url(claims())}.`)).toBe(
        'algorithm_not_allowed',
      );
    },
  );

  it('RFC 7515 §5.2 (JWS-17): covers header and payload', async () => {
    const [one, other] = [deployment.issue({ sub: 'alice' }), deployment.issue({ sub: 'bob' })];
    expect(await ask(withPart(one, 1, () => partsOf(other)[1]))).toBe('signature_invalid');
    const otherHeader = deployment.issue({}, { x: 1 });
    expect(await ask(withPart(one, 0, () => partsOf(otherHeader)[0]))).toBe('signature_invalid');
  });
});

describe('the shape of what was signed', () => {
  /** Arrays in each other: the claims themselves are one level. */
  const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
  const withMember = (object: Claims, json: string): string =>
    `${JSON.stringify(object).slice(0, -1)},"x":${json}}`;

  it('RFC 7519 §11.2 (JWS-20): is at most 32 levels deep', async () => {
    expect(await ask(signed(header(), withMember(claims(), nested(31))))).toBe(LET_IN);
    expect(await ask(signed(header(), withMember(claims(), nested(32))))).toBe('token_malformed');
    expect(await ask(signed(withMember(header(), nested(32)), claims()))).toBe('token_malformed');
  });

  it.each([10_000, 200_000])(
    'RFC 7519 §11.2 (JWS-20): costs nothing however deep it is (%i levels)',
    async (levels) => {
      const token = signed(header(), withMember(claims(), nested(levels)));
      expect(await verify(token)).toBe('token_malformed');
    },
  );

  it('RFC 7519 §11.2 (JWS-20): has at most 256 members', async () => {
    const own = Object.keys(claims()).length;
    const members = (count: number): Claims =>
      Object.fromEntries(Array.from({ length: count - own }, (_, at) => [`x${at}`, at]));
    expect(await ask(signed(header(), { ...claims(), ...members(256) }))).toBe(LET_IN);
    expect(await ask(signed(header(), { ...claims(), ...members(257) }))).toBe('token_malformed');
  });
});

/** The JSON with these bytes in the place of its at sign. */
function spliced(json: string, ...bytes: number[]): Buffer {
  const [before = '', after = ''] = json.split('@');
  return Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from(after)]);
}
