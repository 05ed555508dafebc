/** The characters whose lowest two, or four, bits are zero: what a last character may be, by how many are left over. */
const LAST = { 2: 'AQgw', 3: 'AEIMQUYcgkosw048' } as const;

/**
 * RFC 4648 §5, §3.5: decodes only what encodes to the same text again, so that one token has one spelling. Nothing, if
 * it does not.
 */
export function base64url(text: string): Buffer | undefined {
  const left = text.length % 4;
  if (left === 1) return undefined;
  if ((left === 2 || left === 3) && !LAST[left].includes(text.charAt(text.length - 1)))
    return undefined;
  // Node reads the other alphabet, too, and skips whatever is in neither: then there are fewer bytes.
  if (text.includes('+') || text.includes('/') || !isAscii(text)) return undefined;
  const bytes = Buffer.from(text, 'base64url');
  return bytes.length === Math.floor((text.length * 3) / 4) ? bytes : undefined;
}

function isAscii(text: string): boolean {
  return Buffer.byteLength(text, 'utf8') === text.length;
}
