const LOOPBACK = /^(?:localhost|.+\.localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** A URL that may be trusted to lead to its server: https, or http on this machine or where that was allowed. */
export function isSecureUrl(value: unknown, allowInsecureHttp: boolean): value is string {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  const { protocol, hostname } = new URL(value);
  if (protocol === 'https:') return true;
  return protocol === 'http:' && (allowInsecureHttp || LOOPBACK.test(hostname));
}
