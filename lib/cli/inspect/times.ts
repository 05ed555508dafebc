/** Claims of RFC 7519 §4.1 and OpenID Connect Core §2, §5.1 that are seconds since 1970. */
const TIME_CLAIMS: readonly string[] = ['exp', 'nbf', 'iat', 'auth_time', 'updated_at'];

/** The latest moment that a date can name, in seconds. */
const LATEST = 8.64e12;

/** A time as a date with its distance, such as `2026-05-01T12:00:00Z, 3 minutes ago`; nothing, if it is none. */
export function dateOf(claim: string, value: unknown, now: number): string | undefined {
  if (!TIME_CLAIMS.includes(claim) || typeof value !== 'number') return undefined;
  if (!(Math.abs(value) <= LATEST)) return undefined;
  const date = new Date(value * 1000).toISOString().replace(/\.\d+Z$/, 'Z');
  return `${date}, ${distance(value - Math.floor(now))}`;
}

/** How far away a moment is. */
export function distance(seconds: number): string {
  const amount = duration(Math.abs(seconds));
  return seconds < 0 ? `${amount} ago` : `in ${amount}`;
}

const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const;

/** A length of time in its greatest unit of which there are two, such as `90 minutes`. */
export function duration(seconds: number): string {
  const [unit, length] = UNITS.find(([, each]) => seconds >= 2 * each) ?? ['second', 1];
  const count = Math.floor(seconds / length);
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
