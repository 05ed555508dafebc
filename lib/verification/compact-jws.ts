import { isUtf8 } from 'node:buffer';
import type { DecodedToken } from '../policy/check.js';
import type { RejectionReason } from '../rejection/rejections.js';
import { parseObject } from './json-object.js';

/** A JWS in compact serialization, taken apart. Nothing of it is verified yet. */
export interface CompactJws extends DecodedToken {
  readonly algorithm: string;
  readonly kid: string | undefined;
  /** The bytes that the signature covers (RFC 7515 §5.2). */
  readonly signingInput: Buffer;
  readonly signature: Buffer;
}

/**
 * RFC 7515 §5.2, RFC 7519 §7.2: takes a token apart, or says why it is none.
 *
 * Exactly three parts of canonical, unpadded base64url; header and payload are UTF-8 JSON objects without duplicate
 * names. Extensions that must be understood (`crit`, `b64`) are refused, since none is. Header parameters that bring or
 * point to a key (`jwk`, `jku`, `x5c`, `x5u`) are never read. Reasons: `token_malformed`,
 * `critical_header_unsupported`.
 */
export function parseCompactJws(token: string): CompactJws | RejectionReason {
  const parts = token.split('.', 4);
  if (parts.length !== 3) return 'token_malformed';
  const [headerBytes, payloadBytes, signature] = parts.map(base64url);
  if (!headerBytes || !payloadBytes || !signature) return 'token_malformed';

  const header = jsonObject(headerBytes);
  const claims = jsonObject(payloadBytes);
  if (!header || !claims) return 'token_malformed';
  const { alg, kid } = header;
  if (typeof alg !== 'string' || !(kid === undefined || typeof kid === 'string'))
    return 'token_malformed';
  if ('crit' in header || 'b64' in header) return 'critical_header_unsupported';
  // An encrypted token, or a token within a token (RFC 7516 §9, RFC 7519 §5.2).
  if ('enc' in header || isNested(header.cty)) return 'token_malformed';

  const signingInput = Buffer.from(token.slice(0, token.lastIndexOf('.')), 'latin1');
  return { header, claims, algorithm: alg, kid, signingInput, signature };
}

/** RFC 4648 §3.5: decodes only what encodes to the same text again, so that one token has one spelling. */
function base64url(part: string): Buffer | undefined {
  const bytes = Buffer.from(part, 'base64url');
  return bytes.toString('base64url') === part ? bytes : undefined;
}

function jsonObject(bytes: Buffer): Readonly<Record<string, unknown>> | undefined {
  return isUtf8(bytes) ? parseObject(bytes.toString('utf8')) : undefined;
}

function isNested(cty: unknown): boolean {
  return typeof cty === 'string' && /^(?:application\/)?jwt$/i.test(cty);
}
