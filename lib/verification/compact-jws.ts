import { isUtf8 } from 'node:buffer';
import type { DecodedToken } from '../policy/check.js';
import type { RejectionReason } from '../rejection/rejections.js';
import { base64url } from './base64url.js';
import { parseObject } from './json-object.js';

/** The JOSE header of a token, as far as it is looked at. */
export interface JoseHeader {
  readonly header: Readonly<Record<string, unknown>>;
  readonly algorithm: string;
  readonly kid: string | undefined;
}

/** A JWS in compact serialization, taken apart. Nothing of it is verified yet. */
export interface CompactJws extends DecodedToken, JoseHeader {
  /** The header as it was sent. */
  readonly encodedHeader: string;
  /** The bytes that the signature covers (RFC 7515 §5.2). */
  readonly signingInput: Buffer;
  readonly signature: Buffer;
}

/** The headers of good tokens, by their spelling: an authorization server uses few, and they need not be parsed again. */
export type KnownHeaders = ReadonlyMap<string, JoseHeader>;

/**
 * RFC 7515 §5.2, RFC 7519 §7.2: takes a token apart, or says why it is none.
 *
 * Exactly three parts of canonical, unpadded base64url; header and payload are UTF-8 JSON objects without duplicate
 * names. Extensions that must be understood (`crit`, `b64`) are refused, since none is. Header parameters that bring or
 * point to a key (`jwk`, `jku`, `x5c`, `x5u`) are never read. Reasons: `token_malformed`,
 * `critical_header_unsupported`.
 */
export function parseCompactJws(
  token: string,
  knownHeaders: KnownHeaders,
): CompactJws | RejectionReason {
  const headerEnd = token.indexOf('.');
  const payloadEnd = token.indexOf('.', headerEnd + 1);
  if (headerEnd === -1 || payloadEnd === -1 || token.includes('.', payloadEnd + 1))
    return 'token_malformed';
  const signature = base64url(token.slice(payloadEnd + 1));
  const claims = jsonObject(token.slice(headerEnd + 1, payloadEnd));
  if (!signature || !claims) return 'token_malformed';
  const encodedHeader = token.slice(0, headerEnd);
  const known = knownHeaders.get(encodedHeader) ?? joseHeader(encodedHeader);
  if (typeof known === 'string') return known;
  const { header, algorithm, kid } = known;
  const signingInput = Buffer.from(token.slice(0, payloadEnd), 'latin1');
  return { header, algorithm, kid, claims, encodedHeader, signingInput, signature };
}

function joseHeader(encoded: string): JoseHeader | RejectionReason {
  const header = jsonObject(encoded);
  if (!header) return 'token_malformed';
  const { alg, kid } = header;
  if (typeof alg !== 'string' || !(kid === undefined || typeof kid === 'string'))
    return 'token_malformed';
  if ('crit' in header || 'b64' in header) return 'critical_header_unsupported';
  // An encrypted token, or a token within a token (RFC 7516 §9, RFC 7519 §5.2).
  if ('enc' in header || isNested(header.cty)) return 'token_malformed';
  return { header, algorithm: alg, kid };
}

function jsonObject(encoded: string): Readonly<Record<string, unknown>> | undefined {
  const bytes = base64url(encoded);
  return bytes && isUtf8(bytes) ? parseObject(bytes.toString('utf8')) : undefined;
}

function isNested(cty: unknown): boolean {
  return typeof cty === 'string' && /^(?:application\/)?jwt$/i.test(cty);
}
