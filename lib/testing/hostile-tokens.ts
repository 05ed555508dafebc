import { algorithmTokens } from './algorithm.tokens.js';
import { audienceTokens } from './audience.tokens.js';
import { bindingTokens } from './binding.tokens.js';
import { selfSignedCertificate } from './certificate.js';
import { compactJwsTokens } from './compact-jws.tokens.js';
import { GoodToken, type Stranger } from './good-token.js';
import type { HostileToken } from './hostile-token.js';
import { idTokens } from './id-token.tokens.js';
import { issuerTokens } from './issuer.tokens.js';
import { jsonTokens } from './json.tokens.js';
import { keyTokens } from './key.tokens.js';
import { lifetimeTokens } from './lifetime.tokens.js';
import { otherJwts } from './other-jwt.tokens.js';
import { signatureTokens } from './signature.tokens.js';
import { SigningKey } from './signing-key.js';
import type { TestAuthorizationServer } from './test-authorization-server.js';

const TOPICS = [
  audienceTokens,
  idTokens,
  otherJwts,
  lifetimeTokens,
  issuerTokens,
  keyTokens,
  algorithmTokens,
  signatureTokens,
  compactJwsTokens,
  jsonTokens,
  bindingTokens,
];

/**
 * Tokens that a service must refuse, each good in every respect but one: for another audience, of another kind, out of
 * its time, forged, or in a spelling that two readers read differently.
 *
 * The default configuration refuses each with status 401 and the reason given. They are for an hour: make them when the
 * tests run, and after a `rotate()` anew.
 *
 * @param server the authorization server that the service trusts, and that signs them
 * @throws TypeError, as a rejection, if `audience` is not what a service can be called
 *
 * @example
 * ```ts
 * import { hostileTokens, TestAuthorizationServer } from 'nestjs-audience-auth/testing';
 *
 * export async function whatIsLetIn(url: string, server: TestAuthorizationServer, audience: string) {
 *   const letIn: string[] = [];
 *   for (const { name, token } of await hostileTokens(server, { audience })) {
 *     const { status } = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
 *     if (status !== 401) letIn.push(name);
 *   }
 *   return letIn; // []
 * }
 * ```
 */
export async function hostileTokens(
  server: TestAuthorizationServer,
  {
    audience,
  }: {
    /** The service's identifier, as its option `audience` has it; one of them, if it has several. */
    readonly audience: string;
  },
): Promise<readonly HostileToken[]> {
  if (typeof audience !== 'string' || audience.trim() === '') {
    throw new TypeError(
      'hostileTokens() needs the audience of the service under test: hostileTokens(server, { audience: "https://…" }).',
    );
  }
  const { issuer, signingKey } = server;
  const other = await stranger(signingKey, (path, text) => server.publish(path, text));
  return hostileTokensOf(new GoodToken(issuer, audience, signingKey, other));
}

/** The hostile tokens that are made of a good one. */
export function hostileTokensOf(good: GoodToken): readonly HostileToken[] {
  return TOPICS.flatMap((tokens) => tokens(good));
}

/**
 * What an attacker has, where a service finds it that looks where a token tells it to.
 *
 * @param publish has a path answered with a text, and returns its URL
 */
export async function stranger(
  { alg }: SigningKey,
  publish: (path: string, text: string) => string,
): Promise<Stranger> {
  const key = await SigningKey.generate(alg);
  const certificate = selfSignedCertificate(key);
  const pem = `-----BEGIN CERTIFICATE-----\n${certificate.toString('base64')}\n-----END CERTIFICATE-----\n`;
  return {
    key,
    certificate,
    jwksUri: publish(`/stranger/${key.kid}/jwks`, JSON.stringify({ keys: [key.jwk] })),
    certificateUri: publish(`/stranger/${key.kid}/certificate`, pem),
  };
}
