/** Whether a text can be sent as a bearer token: the `b64token` of RFC 6750 §2.1, of a length that a header can have. */
export function isBearerToken(text: string): boolean {
  return /^[A-Za-z0-9\-._~+/]{1,12000}=*$/.test(text);
}

const PARAMETER = /\s*([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*))\s*(?:,|$)/y;

/** The parameters of the Bearer challenges in a `WWW-Authenticate` (RFC 6750 §3), if there is one; of one name, the last. */
export function bearerChallenge(header: string): ReadonlyMap<string, string> | undefined {
  const schemes = [...header.matchAll(/(?:^|,\s*)Bearer(?=\s|,|$)/gi)];
  if (schemes.length === 0) return undefined;
  const parameters = new Map<string, string>();
  for (const { index, 0: scheme } of schemes) {
    PARAMETER.lastIndex = index + scheme.length;
    for (let found = PARAMETER.exec(header); found; found = PARAMETER.exec(header)) {
      const [, name = '', quoted, bare = ''] = found;
      parameters.set(name.toLowerCase(), quoted?.replaceAll(/\\(.)/g, '$1') ?? bare);
    }
  }
  return parameters;
}
