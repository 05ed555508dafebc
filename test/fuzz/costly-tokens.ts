import { base64url, type SigningKey } from '../support/signing-key.js';
import { AUDIENCE, validClaims, validHeader } from '../support/tokens.js';
import { flat } from './costly-headers.js';

/** Makes a token of about so many bytes, at least 1,000. Where names are new, they are new in each. */
export type TokenMaker = (bytes: number) => string;

let made = 0;
const newName = (): string => `n${(made++).toString(36)}`;

/** As many of these as there is room for, with commas between them. */
function list(room: number, element: (index: number) => string): string {
  const elements: string[] = [];
  for (let left = room; ;) {
    const next = element(elements.length);
    left -= next.length + 1;
    if (left < 0) return elements.join();
    elements.push(next);
  }
}

const fill = (text: string, room: number): string => text.repeat(Math.floor(room / text.length));

const counted = (index: number): string => `"${index.toString(36)}"`;

/** JSON that is none, of so many bytes. */
const NO_JSON: Readonly<Record<string, (room: number) => string>> = {
  'quotation marks': (room) => `{${'"'.repeat(room - 1)}`,
  backslashes: (room) => `{"${'\\'.repeat(room - 2)}`,
  colons: (room) => `{${':'.repeat(room - 1)}`,
  'brackets that never close': (room) => `{"a":${'['.repeat(room - 5)}`,
  'a long name before 250 colons': (room) => `{"${'a'.repeat(room - 257)}"${':'.repeat(250)}"\\"`,
  'an escaped name before 250 colons': (room) =>
    `{"${fill('\\u0061', room - 255)}"${':'.repeat(250)}`,
  'a member over and over': (room) => `{${fill('"a":1,', room - 10)}"a":1}`,
};

/** Members of so many bytes, beside those of a good token. */
const MEMBERS: Readonly<Record<string, (room: number) => string>> = {
  'white space': (room) => `${' '.repeat(room - 5)}"x":1`,
  'one string': (room) => `"x":"${'x'.repeat(room - 6)}"`,
  'one string of escapes': (room) => `"x":"${fill('\\u0061', room - 6)}"`,
  'one string beyond latin1': (room) => `"x":"${fill('€', (room - 6) / 3)}"`,
  'members up to the limit': (room) =>
    list(room, (index) => `"${index}${'x'.repeat(room / 248)}":1`),
  'escaped names up to the limit': (room) =>
    list(room, (index) => `"\\u0061${index}${fill('\\n', room / 248)}":1`),
  'an object with new names': (room) => `"x":{${list(room - 6, () => `"${newName()}":1`)}}`,
  'objects, each of a new shape': (room) => `"x":[${list(room - 6, () => `{"${newName()}":1}`)}]`,
  'objects of 16 new names': (room) => `"x":[${list(room - 6, () => objectOf(16))}]`,
  'objects within objects, 29 deep': (room) => `"x":[${list(room - 6, () => chain(29))}]`,
  'arrays within arrays, 29 deep': (room) =>
    `"x":[${list(room - 6, () => '['.repeat(29) + ']'.repeat(29))}]`,
  'empty arrays': (room) => `"x":[${list(room - 6, () => '[]')}]`,
  'empty objects': (room) => `"x":[${list(room - 6, () => '{}')}]`,
  // V8 hashes integers to themselves: these fall into the same places of its tables.
  'integers for names': (room) => `"x":{${list(room - 6, (index) => `"${index * 2 ** 15}":1`)}}`,
  'integers beyond all bounds': (room) => `"x":1${'0'.repeat(room - 5)}`,
  'numbers beyond all bounds': (room) => `"x":[${list(room - 6, () => '1e400')}]`,
  'numbers half-way between two doubles': (room) =>
    `"x":[${list(room - 6, () => '2.4703282292062327208e-324')}]`,
  scopes: (room) => `"scp":"${list(room - 8, (index) => index.toString(36)).replaceAll(',', ' ')}"`,
  'spaces between scopes': (room) => `"scp":"${' '.repeat(room - 8)}"`,
  'scopes in a list': (room) => `"scp":[${list(room - 8, counted)}]`,
};

function objectOf(members: number): string {
  return `{${Array.from({ length: members }, () => `"${newName()}":1`).join()}}`;
}

function chain(depth: number): string {
  return depth === 0 ? '1' : `{"${newName()}":${chain(depth - 1)}}`;
}

/** Tokens that a careless verifier would be long about; well-signed, wherever they are tokens at all. */
export function costlyTokens(
  issuer: string,
  key: SigningKey,
): Readonly<Record<string, TokenMaker>> {
  const header = validHeader(key.alg, key.kid);
  const claims = validClaims(issuer);
  const openClaims = JSON.stringify(claims).slice(0, -1);
  const signature = 'A'.repeat(86);

  /** How many bytes of JSON there is room for beside these claims, or a little less. */
  const room = (bytes: number): number =>
    Math.floor(((bytes - signature.length) * 3) / 4) - JSON.stringify([header, claims]).length - 5;
  const signed =
    (members: (room: number) => string): TokenMaker =>
    (bytes) =>
      key.sign(header, `${openClaims},${members(room(bytes))}}`);
  const unsigned =
    (payload: (room: number) => string): TokenMaker =>
    (bytes) =>
      [header, payload(room(bytes) + openClaims.length)].map(base64url).join('.') + `.${signature}`;
  const each = (make: typeof signed, kinds: typeof MEMBERS): Record<string, TokenMaker> =>
    Object.fromEntries(Object.entries(kinds).map(([name, json]) => [name, make(json)]));

  const tokens: Record<string, TokenMaker> = {
    'dots for a token': (bytes) => '.'.repeat(bytes),
    'a part without end': (bytes) => 'A'.repeat(bytes),
    'three parts of zeros': (bytes) =>
      Array(3)
        .fill(fill('AAAA', bytes / 3))
        .join('.'),
    'another spelling in the last character': (bytes) =>
      [base64url(header), `${fill('AAAA', bytes - 200)}AB`, signature].join('.'),
    ...each(unsigned, NO_JSON),
    ...each(signed, MEMBERS),
    audiences: (bytes) => {
      const others = JSON.parse(`[${list(room(bytes), counted)}]`) as string[];
      return key.sign(header, { ...claims, aud: [...others, AUDIENCE] });
    },
    'a long kid': (bytes) => key.sign({ ...header, kid: 'k'.repeat(room(bytes)) }, claims),
    'a long typ': (bytes) => key.sign({ ...header, typ: fill('\u0130', room(bytes) / 2) }, claims),
  };
  const flattened = Object.entries(tokens).map(([name, make]): [string, TokenMaker] => [
    name,
    (bytes) => flat(make(bytes)),
  ]);
  return Object.fromEntries(flattened);
}
