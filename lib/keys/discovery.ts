import { isSecureUrl } from './secure-url.js';
import { quoted, type JsonDocument } from './json-document.js';

/**
 * Where an authorization server's metadata may be (RFC 8414 §3.1, §5; OpenID Connect Discovery §4), in the order in
 * which they are asked.
 */
export function metadataUrls(issuer: string): string[] {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, '');
  const oauth = `${origin}/.well-known/oauth-authorization-server${path}`;
  const openid = `${origin}/.well-known/openid-configuration`;
  return path === ''
    ? [oauth, openid]
    : [oauth, openid + path, `${origin}${path}/.well-known/openid-configuration`];
}

/**
 * Finds where an issuer publishes its keys.
 *
 * A document is used only if its `issuer` is identical to the one configured (RFC 8414 §3.3). A place that holds none
 * is passed over; a server in trouble (5xx) ends the search, since the place it could not answer for comes first.
 *
 * @throws Error with a message for an operator's log
 */
export async function discoverJwksUri(
  issuer: string,
  allowInsecureHttp: boolean,
  get: (url: string) => Promise<JsonDocument>,
): Promise<string> {
  const findings: string[] = [];
  for (const url of metadataUrls(issuer)) {
    const document = await get(url);
    if (document.status >= 500) throw new Error(`${url} answered ${document.status}`);
    const metadata = document.json as { issuer?: unknown; jwks_uri?: unknown } | null | undefined;
    if (document.status !== 200) {
      findings.push(`${url} answered ${document.status}`);
    } else if (metadata === undefined || metadata === null) {
      // A web application that answers every path with its start page.
      findings.push(`${url} answered no JSON`);
    } else if (metadata.issuer !== issuer) {
      findings.push(
        `${url} says that its issuer is ${quoted(metadata.issuer)}; if that is meant, write exactly that`,
      );
    } else if (!isSecureUrl(metadata.jwks_uri, allowInsecureHttp)) {
      findings.push(`${url} names no https jwks_uri`);
    } else {
      return metadata.jwks_uri;
    }
  }
  throw new Error(`no metadata of the authorization server was found: ${findings.join('; ')}`);
}
