import fc from 'fast-check';
import { signingKey, type SigningAlgorithm, type SigningKey } from '../support/signing-key.js';
import { validHeader } from '../support/tokens.js';
import { claimsFor, hostileName, space, spelt, written, type Member } from './token-arbitraries.js';

/** One key of each family, published without `alg`: a key may be used with every algorithm that fits it. */
export const KEYS: readonly SigningKey[] = [
  signingKey('ES256'),
  signingKey('RS256'),
  signingKey('EdDSA'),
];

export const JWKS = KEYS.map(({ jwk }) => ({ ...jwk, alg: undefined }));

/** The key that a token names; for want of a name, the one that fits. */
export function keyFor({ alg, kid }: { alg?: unknown; kid?: unknown }): SigningKey {
  const key = KEYS.find((each) =>
    typeof kid === 'string' ? each.kid === kid : familyOf(each.alg) === familyOf(String(alg)),
  );
  if (key === undefined) throw new Error('no such key');
  return key;
}

function familyOf(alg: string): string {
  return alg.replace(/^[PR]S\d+$/, 'RSA').replace(/^Ed(DSA|25519)$/, 'Ed');
}

/** A change to a text: at this fraction of its length so many characters go, and these come. */
interface Edit {
  readonly at: number;
  readonly gone: number;
  readonly come: string;
}

/** Other ways to write the same bytes, or what a careless decoder takes for the same. */
const SPELLINGS = {
  usual: (part: string) => part,
  'another last character': (part: string) => {
    const last = ALPHABET.indexOf(part.slice(-1));
    return part.slice(0, -1) + ALPHABET.charAt(last ^ 1);
  },
  padded: (part: string) => part.padEnd(Math.ceil(part.length / 4) * 4, '='),
  'the other alphabet': (part: string) => part.replaceAll('-', '+').replaceAll('_', '/'),
  spaced: (part: string) => part.replace(/.{20}/, '$& '),
} as const;

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** A token that is well-signed over its header and payload, whatever they are, and changed only then. */
export interface Candidate {
  /** JSON, or nearly; latin1 stands for bytes. */
  readonly header: string;
  readonly payload: string;
  /** How header, payload and signature are written. */
  readonly spellings: readonly (keyof typeof SPELLINGS)[];
  readonly signedWith: SigningAlgorithm;
  readonly edits: readonly Edit[];
}

export function tokenOf({ header, payload, spellings, signedWith, edits }: Candidate): string {
  const spell = (bytes: Buffer, index: number): string =>
    SPELLINGS[spellings[index] ?? 'usual'](bytes.toString('base64url'));
  const input = [header, payload].map((text) => Buffer.from(text, 'latin1')).map(spell);
  const signature = keyFor({ alg: signedWith }).signature(input.join('.'), signedWith);
  return edited([...input, spell(signature, 2)].join('.'), edits);
}

function edited(text: string, edits: readonly Edit[]): string {
  return edits.reduce((before, { at, gone, come }) => {
    const start = Math.floor(at * (before.length + 1));
    return before.slice(0, start) + come + before.slice(start + gone);
  }, text);
}

/** Now and then one edit, seldom more. */
function editsWith(pieces: readonly string[], none: number): fc.Arbitrary<readonly Edit[]> {
  const edit = fc.record({
    at: fc.oneof(fc.constantFrom(0, 0.999_999), fc.double({ min: 0, max: 1, noNaN: true })),
    gone: fc.constantFrom(0, 0, 0, 1, 2),
    come: fc.constantFrom(...pieces),
  });
  return fc.oneof(
    { weight: none, arbitrary: fc.constant<Edit[]>([]) },
    { weight: 1, arbitrary: fc.array(edit, { minLength: 1, maxLength: 3 }) },
  );
}

const JSON_PIECES = [
  ...' \n{}[]":,\\-0e.'.split(''),
  '',
  '\0',
  '1e400',
  'null',
  '{}',
  '\u00ff',
  '\u00c3\u00bc',
];
const BYTE_ORDER_MARK = '\u00ef\u00bb\u00bf';
const TOKEN_PIECES = [...'.=-_+/ \nA9'.split(''), '', '..', 'e30', '%', '\0', '\u00e9'];

/** The object of these members as text, plainly or in the oddest spelling that JSON has for it. */
function textOf(members: readonly Member[]): fc.Arbitrary<string> {
  const oddly = ([name, value]: Member) =>
    fc.tuple(space, spelt(name), space).map(([before, key, after]) => {
      return `${before}${key}${after}:${after}${JSON.stringify(value)}${before}`;
    });
  const odd = fc
    .tuple(...members.filter(([, value]) => value !== undefined).map(oddly))
    .map((texts) => `{${texts.join()}}`);
  const json = fc.oneof(
    { weight: 4, arbitrary: fc.constant(written(members)) },
    { weight: 1, arbitrary: odd },
  );
  return fc
    .tuple(json, editsWith([...JSON_PIECES, BYTE_ORDER_MARK], 9))
    .map(([text, edits]) => edited(Buffer.from(text).toString('latin1'), edits));
}

/** More than anyone needs: members, depth, length. */
const excess: fc.Arbitrary<Member[]> = fc.oneof(
  { weight: 12, arbitrary: fc.constant<Member[]>([]) },
  fc.integer({ min: 235, max: 260 }).map((size) => Array.from({ length: size }, named)),
  fc.integer({ min: 28, max: 36 }).map((depth): Member[] => [['deep', nested(depth)]]),
  fc.integer({ min: 11_000, max: 12_500 }).map((size): Member[] => [['long', 'x'.repeat(size)]]),
);

const named = (_: unknown, index: number): Member => [`claim ${index}`, index];

function nested(depth: number): unknown {
  return depth === 0 ? [] : [nested(depth - 1)];
}

/** Claims that make another kind of token of it, or leave it without a sign of being an access token. */
const kind: fc.Arbitrary<Member[]> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Member[]>([]) },
  fc.constantFrom<Member[]>(
    [['nonce', 'n']],
    [['nonce', 1]],
    [['at_hash', 'x']],
    [['events', {}]],
    [['token_use', 'id']],
    [['token_use', 'access']],
    [['typ', 'ID']],
    [['purpose', 'id']],
    [['scp', ['a']]],
  ),
);

/** Header parameters around those of a good token. */
function headerFor({ kid }: SigningKey, signedWith: SigningAlgorithm): fc.Arbitrary<Member[]> {
  const usually = (value: unknown, ...others: readonly unknown[]) =>
    fc.oneof(
      { weight: 12, arbitrary: fc.constant(value) },
      { weight: 1, arbitrary: fc.constantFrom(...others) },
    );
  const typ = fc.constantFrom('at+jwt', 'AT+JWT', 'application/at+jwt', 'JWT', undefined);
  const good = fc.constant(Object.entries(validHeader(signedWith, kid)));
  const members = fc.record({
    typ: fc.oneof({ weight: 5, arbitrary: typ }, fc.constantFrom('dpop+jwt', 'logout+jwt', '', 5)),
    alg: usually(signedWith, 'none', 'HS256', 'ES256', 'PS256', 'RS512', 'Ed25519', undefined, 1),
    kid: usually(kid, undefined, 'ES256', 'RS256', 'no such key', '', 5, null),
    crit: usually(undefined, [], ['b64'], ['exp'], null),
    b64: usually(undefined, true, false),
    cty: usually(undefined, 'JWT', 'application/jwt', 'text', 1),
    enc: usually(undefined, 'A128GCM', null),
    jwk: usually(undefined, signingKey('ES256', 'foreign').jwk),
  });
  const others = fc.array(fc.tuple(hostileName, fc.jsonValue({ maxDepth: 1 })), { maxLength: 1 });
  const spoilt = fc
    .tuple(members, others)
    .map(([usual, more]): Member[] => [...Object.entries(usual), ...more]);
  return fc.oneof(good, spoilt);
}

const spelling = fc.oneof(
  { weight: 12, arbitrary: fc.constant<keyof typeof SPELLINGS>('usual') },
  fc.constantFrom(...(Object.keys(SPELLINGS) as (keyof typeof SPELLINGS)[])),
);

const ALGORITHMS = ['ES256', 'ES256', 'RS256', 'RS512', 'PS256', 'EdDSA', 'Ed25519'] as const;

/** Tokens around a good one: its header, its claims, its JSON and its bytes, each spoilt now and then. */
export function candidatesFor(issuer: string): fc.Arbitrary<Candidate> {
  const claims = fc
    .tuple(claimsFor(issuer), kind, excess)
    .map(([usual, ...more]) => [...usual, ...more.flat()]);
  return fc.constantFrom<SigningAlgorithm>(...ALGORITHMS).chain((signedWith) =>
    fc.record({
      header: headerFor(keyFor({ alg: signedWith }), signedWith).chain(textOf),
      payload: claims.chain(textOf),
      spellings: fc.array(spelling, { minLength: 3, maxLength: 3 }),
      signedWith: fc.constant(signedWith),
      edits: editsWith(TOKEN_PIECES, 12),
    }),
  );
}
