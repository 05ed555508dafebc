import { KeySource } from '../../keys/key-source.js';
import type { SigningKeySet } from '../../keys/signing-key-set.js';
import { InvalidOptionsError } from '../../options/problems.js';
import { resolveOptions, type IssuerSettings, type Settings } from '../../options/settings.js';
import { isScope } from '../../verification/scopes.js';
import { usage } from '../command.js';
import type { Expectations } from './inspection.js';

/** What the user compares the token with. */
export interface Given {
  readonly issuer?: string;
  readonly audiences: readonly string[];
  readonly scopes: readonly string[];
}

/** Names that stand where a service has to have one, and the user gave none; RFC 2606 §2 keeps them free. */
const NO_ISSUER = 'https://issuer.invalid';
const NO_AUDIENCE = 'https://audience.invalid';

/**
 * What a service with these names would expect of a token.
 *
 * @param note is told what works and is probably a mistake
 * @throws Failure for a value that no service could be set up with
 */
export async function expectations(
  { issuer, audiences, scopes }: Given,
  note: (text: string) => void,
): Promise<Expectations> {
  const settings = settingsFor(issuer ?? NO_ISSUER, audiences);
  for (const warning of settings.warnings) note(warning);
  if (!scopes.every(isScope))
    throw usage('inspect', 'needs scopes with single spaces between them, in --scopes');
  return {
    settings,
    issuerGiven: issuer !== undefined,
    audienceGiven: audiences.length > 0,
    scopes,
    keys:
      issuer === undefined
        ? 'the keys are fetched from the issuer that --issuer names, never from where the token says'
        : await keysOf(settings, note),
  };
}

function settingsFor(
  issuer: string,
  [first = NO_AUDIENCE, ...others]: readonly string[],
): Settings {
  // Of no consequence for what is let in; a service would have to say so itself.
  const allowInsecureHttp = issuer.startsWith('http:');
  try {
    return resolveOptions({
      issuer,
      audience: [first, ...others],
      ...(allowInsecureHttp && { allowInsecureHttp }),
    });
  } catch (error) {
    if (!(error instanceof InvalidOptionsError)) throw error;
    const [, ...problems] = error.message.split('\n');
    throw usage(
      'inspect',
      `cannot use what it was given: ${problems.map((each) => each.replace(/^ *- |\.$/g, '')).join('; ')}`,
    );
  }
}

async function keysOf(
  { issuers, keys }: Settings,
  note: (text: string) => void,
): Promise<SigningKeySet | string> {
  const [{ location }] = issuers as readonly [IssuerSettings];
  try {
    const { set } = await new KeySource(location, keys, note).download(
      new AbortController().signal,
    );
    return set;
  } catch (error) {
    return `the keys of the issuer cannot be had: ${(error as Error).message}`;
  }
}
