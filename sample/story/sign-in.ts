import { createHash, randomBytes } from 'node:crypto';
import { WEB_APP } from '../authorization-server/clients.js';
import { codeIn, followToClient } from './browser.js';
import { tokenRequest } from './tokens.js';

/** Signs Alice in to an application, with code and PKCE (RFC 7636), and returns the ID token that tells who she is. */
export async function signIn(issuer: string, clientId: string): Promise<string> {
  const { redirectUri } = WEB_APP;
  const verifier = randomBytes(32).toString('base64url');
  const state = randomBytes(16).toString('base64url');
  const authorizationUrl = new URL('/auth', issuer);
  authorizationUrl.search = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    scope: 'openid',
    state,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  }).toString();
  const { id_token: idToken } = await tokenRequest(issuer, {
    grant_type: 'authorization_code',
    client_id: clientId,
    redirect_uri: redirectUri,
    code: codeIn(await followToClient(authorizationUrl, redirectUri), state),
    code_verifier: verifier,
  });
  if (idToken === undefined) throw new Error('The authorization server gave no ID token.');
  return idToken;
}
