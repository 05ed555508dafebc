import { KeySource } from '../../keys/key-source.js';
import type { SigningKeySet } from '../../keys/signing-key-set.js';
import type { IssuerSettings, Settings } from '../../options/settings.js';
import { isScope } from '../../verification/scopes.js';
import { usage } from '../command.js';
import { serviceSettings } from '../service-settings.js';
import type { Expectations } from './inspection.js';

/** What the user compares the token with. */
export interface Given {
  readonly issuer?: string;
  readonly audiences: readonly string[];
  readonly scopes: readonly string[];
}

/** What the user is told on the way. */
export interface Says {
  /** What is done next. */
  step(text: string): void;
  /** What works and is probably a mistake. */
  note(text: string): void;
}

/** Names that stand where a service has to have one, and the user gave none; RFC 2606 §2 keeps them free. */
const NO_ISSUER = 'https://issuer.invalid';
const NO_AUDIENCE = 'https://audience.invalid';

/**
 * What a service with these names would expect of a token.
 *
 * @throws Failure for a value that no service could be set up with
 */
export async function expectations(
  { issuer, audiences, scopes }: Given,
  says: Says,
): Promise<Expectations> {
  const [first = NO_AUDIENCE, ...others] = audiences;
  const settings = serviceSettings('inspect', {
    issuer: issuer ?? NO_ISSUER,
    audience: [first, ...others],
  });
  for (const warning of settings.warnings) says.note(warning);
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
        : await keysOf(settings, says),
  };
}

async function keysOf({ issuers, keys }: Settings, says: Says): Promise<SigningKeySet | string> {
  const [{ location }] = issuers as readonly [IssuerSettings];
  says.step(`fetching the keys of ${location.issuer}`);
  try {
    const source = new KeySource(location, keys, (text) => says.note(text));
    const { set } = await source.download(new AbortController().signal);
    return set;
  } catch (error) {
    return `the keys of the issuer cannot be had: ${(error as Error).message}`;
  }
}
