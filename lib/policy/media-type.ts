/**
 * RFC 7515 §4.1.9: `typ` is a media type, compared without regard to case; a value without a slash stands for
 * `application/` and that value.
 */
export function mediaType(typ: string): string {
  return typ.toLowerCase().replace(/^application\//, '');
}
