import type { AudienceAuthOptions } from '../options/audience-auth.options.js';
import { InvalidOptionsError } from '../options/problems.js';
import { resolveOptions, type Settings } from '../options/settings.js';
import { isSecureUrl } from '../keys/secure-url.js';
import { usage } from './command.js';

/**
 * What a service that was set up with these options would go by.
 *
 * @throws Failure for options that no service could be set up with
 */
export function serviceSettings(command: string, options: AudienceAuthOptions): Settings {
  try {
    return resolveOptions({ ...insecureHttp(options.issuer), ...options });
  } catch (error) {
    if (!(error instanceof InvalidOptionsError)) throw error;
    const [, ...problems] = error.message.split('\n');
    const list = problems.map((each) => each.replaceAll(/^ *- |\.$/g, ''));
    throw usage(command, `cannot use what it was given: ${list.join('; ')}`);
  }
}

/** What a service has to be told to trust an issuer that is reached over http. */
export function insecureHttp(issuer: unknown): { allowInsecureHttp?: true } {
  return isSecureUrl(issuer, true) && !isSecureUrl(issuer, false)
    ? { allowInsecureHttp: true }
    : {};
}
