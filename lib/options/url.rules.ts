import { isSecureUrl } from '../keys/secure-url.js';
import { kindOf, type Problems } from './problems.js';

/** `${VAR}`, `{tenant}`, `$VAR`, `%VAR%`, and what a program writes for a value that is not there. */
const PLACEHOLDER = /[{}]|^\$|^%.*%$|\[object |(?:^|[/.:])(?:undefined|null|NaN)(?:$|[/.:])/;

/** Whether a value was to be filled in and was not. */
export function isPlaceholder(value: string): boolean {
  return PLACEHOLDER.test(value);
}

/**
 * Adds a problem if the value is no URL that may be trusted to lead to its server.
 *
 * @returns whether it is one
 */
export function checkUrl(
  where: string,
  value: unknown,
  allowInsecureHttp: boolean,
  problems: Problems,
): value is string {
  const objection = objectionTo(value, allowInsecureHttp);
  if (objection !== undefined) problems.add(`${where} ${objection}`);
  return objection === undefined;
}

function objectionTo(value: unknown, allowInsecureHttp: boolean): string | undefined {
  if (typeof value !== 'string' || value === '') return `is ${kindOf(value)}; give an https URL.`;
  if (/[\s\p{Cc}]/u.test(value)) return 'contains white space or control characters; remove them.';
  if (isPlaceholder(value)) return 'contains a placeholder that was not filled in.';
  if (!URL.canParse(value)) return 'is not a URL; give an https URL.';
  const { username, password } = new URL(value);
  if (username !== '' || password !== '')
    return 'contains a user name or a password, which would be published; remove it.';
  if (isSecureUrl(value, allowInsecureHttp)) return undefined;
  return (
    'is not https. Only loopback hosts may be reached over http; ' +
    'for a container network in development there is allowInsecureHttp: true.'
  );
}
