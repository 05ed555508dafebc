import type { RejectionReason } from 'nestjs-audience-auth';
import { now } from '../support/tokens.js';

type JsonObject = Readonly<Record<string, unknown>>;

/** A token that another library has let in, as that library reads it. */
export interface LetIn {
  readonly token: string;
  readonly header: JsonObject;
  readonly claims: JsonObject;
}

type Rule = (letIn: LetIn) => boolean;

/**
 * What this library asks for and others do not: only for these reasons may it refuse what they let in, and only where
 * the token gives cause. Written down a second time, from the RFCs and the documentation.
 */
export const STRICTER: Partial<Record<RejectionReason, Rule>> = {
  token_too_large: ({ token }) => token.length > 16 * 1024,
  token_malformed: (letIn) =>
    !isCanonical(letIn.token) || !isOneToken(letIn.header) || !hasNames(letIn.claims),
  critical_header_unsupported: ({ header }) => 'crit' in header || 'b64' in header,
  expiry_missing: ({ claims }) => !('exp' in claims),
  time_claim_malformed: ({ claims: { exp, nbf, iat } }) =>
    [exp, nbf, iat].some((time) => time !== undefined && !isTime(time)) || exp === 0,
  token_not_yet_valid: ({ claims: { iat } }) => isTime(iat) && iat > now() + 5,
  token_too_old: ({ claims: { iat } }) => isTime(iat) && now() > iat + 24 * 60 * 60 + 5,
  audience_malformed: ({ claims: { aud } }) =>
    Array.isArray(aud) && aud.some((each) => typeof each !== 'string'),
  token_kind_unexpected: (letIn) => !isSurelyAnAccessToken(letIn),
  proof_required: ({ claims }) => 'cnf' in claims,
};

/** The rule for which a token must not be let in, whoever else does. */
export function brokenRule(letIn: LetIn): string | undefined {
  const rules: Partial<Record<string, Rule>> = {
    ...STRICTER,
    token_kind_unexpected: isSurelyAnotherKind,
  };
  return Object.keys(rules).find((reason) => rules[reason]?.(letIn));
}

/** RFC 7515 §2, §4, RFC 7519 §4, §7.2: one spelling of the bytes; UTF-8; no name twice; within the bounds. */
function isCanonical(token: string): boolean {
  return token.split('.').every((part, index) => {
    const bytes = Buffer.from(part, 'base64url');
    if (bytes.toString('base64url') !== part) return false;
    return index === 2 || isPlainObject(bytes);
  });
}

function isPlainObject(bytes: Buffer): boolean {
  const text = bytes.toString('utf8');
  if (!Buffer.from(text).equals(bytes) || !text.startsWith('{')) return false;
  const names: string[] = [];
  let depth = 0;
  let deepest = 0;
  // Strings, or single characters of what is no string.
  for (const [piece, string, colon] of text.matchAll(/("(?:[^"\\]|\\.)*")(\s*:)?|[^"]/gs)) {
    if (piece === '{' || piece === '[') deepest = Math.max(deepest, ++depth);
    if (piece === '}' || piece === ']') depth--;
    if (string !== undefined && colon !== undefined && depth === 1)
      names.push(JSON.parse(string) as string);
  }
  return new Set(names).size === names.length && names.length <= 256 && deepest <= 32;
}

/** Neither encrypted nor a token within a token (RFC 7519 §5.2), and of one key. */
function isOneToken(header: JsonObject): boolean {
  const { kid, cty } = header;
  const isNested = typeof cty === 'string' && /^(application\/)?jwt$/i.test(cty);
  return !isNested && !('enc' in header) && (kid === undefined || typeof kid === 'string');
}

function hasNames({ sub, jti }: JsonObject): boolean {
  return [sub, jti].every((name) => name === undefined || (typeof name === 'string' && name));
}

/** Seconds since 1970, and not milliseconds. */
function isTime(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value < 2 ** 33;
}

const NEVER_ON_ACCESS_TOKENS = ['at_hash', 'c_hash', 's_hash', 'sub_jwk', 'events'];
const VENDOR_MARKS = ['token_use', 'typ', 'purpose'];

/** Narrower than the library: what is one here has to be let in there. */
function isSurelyAnAccessToken({ header, claims }: LetIn): boolean {
  if ([...NEVER_ON_ACCESS_TOKENS, ...VENDOR_MARKS, 'nonce'].some((name) => name in claims))
    return false;
  const type = typeIn(header);
  return type === 'at+jwt' || (isUnspecific(type) && typeof claims.scope === 'string');
}

/** Narrower than the library: what is one here has to be refused there. */
function isSurelyAnotherKind({ header, claims }: LetIn): boolean {
  if (NEVER_ON_ACCESS_TOKENS.some((name) => name in claims)) return true;
  const type = typeIn(header);
  if (type === 'at+jwt' || VENDOR_MARKS.some((name) => name in claims)) return false;
  return !isUnspecific(type) || 'nonce' in claims;
}

function typeIn({ typ }: JsonObject): unknown {
  return typeof typ === 'string' ? typ.toLowerCase().replace(/^application\//, '') : typ;
}

function isUnspecific(type: unknown): boolean {
  return type === undefined || type === 'jwt';
}
