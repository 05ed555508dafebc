/**
 * Plays the browser of somebody who signs in: keeps cookies, and follows redirects until one leads to the client.
 *
 * @returns the parameters that the client is sent
 */
export async function followToClient(
  authorizationUrl: URL,
  redirectUri: string,
): Promise<URLSearchParams> {
  const cookies = new Map<string, string>();
  let url = authorizationUrl;
  for (let redirects = 0; redirects < 10; redirects += 1) {
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { Cookie: [...cookies].map((pair) => pair.join('=')).join('; ') },
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      cookies.set(name, value);
    }
    const location = response.headers.get('Location');
    if (location === null) {
      throw new Error(`Signing in ended at ${url.pathname} with ${response.status}.`);
    }
    url = new URL(location, url);
    if (url.href.startsWith(redirectUri)) return url.searchParams;
  }
  throw new Error('Signing in went round in circles.');
}

/** The authorization code among what the client was sent (RFC 6749 §4.1.2), if it belongs to its request. */
export function codeIn(parameters: URLSearchParams, state: string): string {
  const code = parameters.get('code');
  if (code === null) {
    throw new Error(`No code: ${parameters.get('error')} ${parameters.get('error_description')}`);
  }
  if (parameters.get('state') !== state) throw new Error('The code belongs to another request.');
  return code;
}
