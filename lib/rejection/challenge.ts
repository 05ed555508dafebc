import type { Rejection } from './rejection.js';

/** What a resource server says about itself in every challenge it sends. */
export interface ChallengeSettings {
  readonly realm?: string;
  /** Absolute URL of the protected resource metadata (RFC 9728 §5.1). */
  readonly resourceMetadata?: string;
}

/**
 * The value of `WWW-Authenticate` (RFC 6750 §3) for a refusal.
 *
 * Values are always quoted and `error_description` comes last, because clients in the field read the header with
 * regular expressions. A bare `Bearer` is not allowed: where nothing else is to be said, a realm is.
 */
export function challenge(
  { status, error, description }: Rejection,
  routeScopes: readonly string[],
  settings: ChallengeSettings,
): string {
  // No error code of RFC 6750: the body says it, the challenge does not.
  const code = error === 'access_denied' ? undefined : error;
  // A client that is refused as such must not be sent for more scopes, nor one whose request was not understood.
  const scopes = status === 401 || code === 'insufficient_scope' ? routeScopes : [];
  const parameters = [
    parameter('error', code),
    parameter('scope', scopes.join(' ')),
    parameter('resource_metadata', settings.resourceMetadata),
    parameter('realm', settings.realm),
    parameter('error_description', code && description),
  ].filter((each) => each !== undefined);
  return `Bearer ${parameters.length === 0 ? 'realm="api"' : parameters.join(', ')}`;
}

function parameter(name: string, value: string | undefined): string | undefined {
  return value ? `${name}="${value}"` : undefined;
}
