import { mediaType } from './media-type.js';
import type { Check, Claims, DecodedToken } from './check.js';

export interface TokenKindRule {
  /** `rfc9068`: only `typ` at+jwt. `auto`: the evidence decides. */
  readonly tokenProfile: 'auto' | 'rfc9068';
  /** Further values of the header `typ` that mark an access token, in the form of {@link mediaType}. */
  readonly acceptTyp: ReadonlySet<string>;
}

/**
 * RFC 8725 §3.11, §3.12, RFC 9068 §4: the token is an access token, not an ID token, a logout token or any other JWT
 * that the same keys sign.
 *
 * No claim tells an ID token apart for certain (OpenID Connect Core §2), so the absence of proof refuses: without
 * evidence that this is an access token there is no entry. Reason: `token_kind_unexpected`.
 */
export function tokenKind({ tokenProfile, acceptTyp }: TokenKindRule): Check {
  const isAccessToken = ({ header, claims }: DecodedToken): boolean => {
    const marks = [typMark(header.typ, acceptTyp), ...vendorMarks(claims)];
    if (marks.includes('other') || NEVER_ON_ACCESS_TOKENS.some((name) => name in claims))
      return false;
    if (tokenProfile === 'rfc9068') return marks[0] === 'access';
    if (marks.includes('access')) return true;
    if (GOOGLE.has(claims.iss) || 'nonce' in claims) return false;
    return hasEvidence(claims);
  };
  return (token) => (isAccessToken(token) ? undefined : 'token_kind_unexpected');
}

/** What one mark says: an access token, something else, or nothing. */
type Mark = 'access' | 'other' | undefined;

function typMark(typ: unknown, acceptTyp: ReadonlySet<string>): Mark {
  if (typ === undefined) return undefined;
  if (typeof typ !== 'string') return 'other';
  const type = mediaType(typ);
  if (type === 'at+jwt' || acceptTyp.has(type)) return 'access';
  return type === 'jwt' ? undefined : 'other';
}

/** Amazon Cognito's `token_use`, Keycloak's `typ` in the payload, Curity's `purpose`. */
function vendorMarks({ token_use: use, typ, purpose }: Claims): Mark[] {
  return [
    use === undefined ? undefined : use === 'access' ? 'access' : 'other',
    KEYCLOAK_TYPES.get(typeof typ === 'string' ? typ.toLowerCase() : ''),
    CURITY_PURPOSES.get(purpose),
  ];
}

const KEYCLOAK_TYPES: ReadonlyMap<string, Mark> = new Map([
  ['bearer', 'access'],
  ['dpop', 'access'],
  ['id', 'other'],
  ['refresh', 'other'],
  ['offline', 'other'],
  ['logout', 'other'],
  ['serialized-id', 'other'],
]);

const CURITY_PURPOSES: ReadonlyMap<unknown, Mark> = new Map([
  ['access_token', 'access'],
  ['id', 'other'],
  ['id_token', 'other'],
  ['refresh_token', 'other'],
]);

/** OpenID Connect Core §3.1.3.6, §3.3.2.11, §7; RFC 8417 §2.2 (`events`: logout and security event tokens). */
const NEVER_ON_ACCESS_TOKENS = ['at_hash', 'c_hash', 's_hash', 'sub_jwk', 'events'];

/** Google's access tokens are opaque: every JWT of this issuer is an ID token. */
const GOOGLE: ReadonlySet<unknown> = new Set([
  'https://accounts.google.com',
  'accounts.google.com',
]);

/** Claims that authorization servers put on access tokens and never on ID tokens. */
const ONLY_ON_ACCESS_TOKENS = ['gty', 'idtyp', 'azpacr', 'appid', 'appidacr', 'cid'];

function hasEvidence(claims: Claims): boolean {
  return (
    isScopes(claims.scope) ||
    isScopes(claims.scp) ||
    Array.isArray(claims.permissions) ||
    ONLY_ON_ACCESS_TOKENS.some((name) => name in claims) ||
    isForeignClient(claims.client_id, claims.aud) ||
    isForeignClient(claims.azp, claims.aud)
  );
}

function isScopes(value: unknown): boolean {
  return typeof value === 'string' || Array.isArray(value);
}

/** The audience of an ID token contains its client (OpenID Connect Core §2); a client outside it is evidence. */
function isForeignClient(client: unknown, aud: unknown): boolean {
  if (typeof client !== 'string') return false;
  return Array.isArray(aud) ? !aud.includes(client) : aud !== client;
}
