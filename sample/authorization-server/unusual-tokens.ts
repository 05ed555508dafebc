import type { AccessToken, ClientCredentials, JWTStructured } from 'oidc-provider';
import { CLIENTS, type Resources } from './clients.js';

/**
 * Tokens that other authorization servers issue every day and this one does not by itself, for two of its clients. They
 * are signed like all others, so nothing but `aud` sets them apart.
 */
export function unusualTokens({ tickets, codeSearch }: Resources) {
  return (_context: unknown, { clientId }: AccessToken | ClientCredentials, jwt: JWTStructured) => {
    // RFC 7519 §4.1.3: several audiences are an array.
    if (clientId === CLIENTS.gateway.id) jwt.payload.aud = [tickets, codeSearch];
    // oidc-provider refuses to issue a JWT that has no aud (RFC 9068 §2.2), so it is kept and not written.
    if (clientId === CLIENTS.legacy.id) {
      Object.defineProperty(jwt.payload, 'aud', { enumerable: false });
    }
  };
}
