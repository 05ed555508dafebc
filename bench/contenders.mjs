import { JwtVerifier } from 'aws-jwt-verify';
import { auth } from 'express-oauth2-jwt-bearer';
import { createVerifier } from 'fast-jwt';
import { createLocalJWKSet, jwtVerify } from 'jose';
import jsonwebtoken from 'jsonwebtoken';
import { passportJwtSecret } from 'jwks-rsa';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { jwksUri } from './authorization-server.mjs';
import { floor } from './floor.mjs';
import { verification, verifyingWith } from './ours.mjs';
import { AUDIENCE } from './tokens.mjs';

const RSA = ['RS256', 'PS256'];
const RSA_AND_EC = [...RSA, 'ES256'];
const ALL = [...RSA_AND_EC, 'EdDSA'];

/** As many as the library remembers unless told otherwise. */
const CACHED = 10_000;

/** What everything is measured against: the least that any verifier has to do. */
export const FLOOR = 'bare crypto.verify (floor)';
export const OURS = 'this library, every token new';
export const OURS_CACHED = 'this library, token seen before';
export const FAST_JWT_CACHED = 'fast-jwt, token seen before';

/**
 * Everybody who verifies a token: issuer, audience, lifetime and signature, with keys at hand.
 *
 * `open(signer)` makes the function; `inFlight` calls of it run at a time.
 */
export const CONTENDERS = [
  { name: FLOOR, algorithms: ALL, open: floor },
  { name: 'the floor, and JSON.parse of the claims', algorithms: ALL, open: floorAndClaims },
  {
    name: OURS,
    algorithms: ALL,
    open: (signer) => verifyingWith(verification(signer, { verifiedTokenCache: false })),
  },
  {
    name: OURS_CACHED,
    algorithms: ALL,
    open: (signer) => verifyingWith(verification(signer)),
  },
  { name: 'fast-jwt', algorithms: ALL, open: (signer) => fastJwt(signer, false) },
  { name: FAST_JWT_CACHED, algorithms: ALL, open: (signer) => fastJwt(signer, CACHED) },
  { name: 'aws-jwt-verify', algorithms: ['RS256', 'ES256', 'EdDSA'], open: awsJwtVerify },
  {
    name: 'jsonwebtoken, KeyObject',
    algorithms: RSA_AND_EC,
    open: (signer) => jsonWebToken(signer, signer.publicKey),
  },
  {
    name: 'jsonwebtoken, PEM',
    algorithms: RSA_AND_EC,
    open: (signer) => jsonWebToken(signer, signer.pem),
  },
  { name: 'jose, 64 in flight', algorithms: ALL, inFlight: 64, open: jose },
  { name: 'jose, one at a time', algorithms: ALL, open: jose },
  {
    name: 'express-oauth2-jwt-bearer, 64 in flight',
    algorithms: ALL,
    inFlight: 64,
    open: expressOauth2JwtBearer,
  },
  {
    name: 'passport-jwt + jwks-rsa, as documented',
    algorithms: RSA_AND_EC,
    open: documentedRecipe,
  },
];

/** The least for whoever wants to know what the token says. */
function floorAndClaims(signer) {
  const payloadOf = floor(signer);
  return (token) => JSON.parse(payloadOf(token));
}

export function fastJwt({ pem, issuer, algorithm }, cache, { audience = AUDIENCE } = {}) {
  return createVerifier({
    key: pem,
    algorithms: [algorithm],
    allowedIss: issuer,
    allowedAud: audience,
    cache,
  });
}

export function awsJwtVerify({ issuer, jwks }, { audience = AUDIENCE } = {}) {
  const verifier = JwtVerifier.create({ issuer, audience, jwksUri: jwksUri(issuer) });
  verifier.cacheJwks(jwks);
  return (token) => verifier.verifySync(token);
}

export function jsonWebToken({ issuer, algorithm }, key, { audience = AUDIENCE } = {}) {
  const options = { issuer, audience, algorithms: [algorithm] };
  return (token) => jsonwebtoken.verify(token, key, options);
}

export function jose({ jwks, issuer, algorithm }, { audience = AUDIENCE } = {}) {
  const keys = createLocalJWKSet(jwks);
  const options = { issuer, audience, algorithms: [algorithm] };
  return (token) => jwtVerify(token, keys, options);
}

/** Its verifier is not exported; the middleware adds little to it. */
function expressOauth2JwtBearer({ issuer, algorithm }) {
  const middleware = auth({
    issuer,
    jwksUri: jwksUri(issuer),
    audience: AUDIENCE,
    tokenSigningAlg: algorithm,
  });
  return (token) =>
    new Promise((resolve, reject) => {
      const headers = { host: 'tickets.example.com', authorization: `Bearer ${token}` };
      const request = { method: 'GET', url: '/', protocol: 'https', headers, query: {} };
      request.get = (name) => headers[name.toLowerCase()];
      request.is = () => false;
      void middleware(request, {}, (error) => {
        if (error) reject(new Error('refused', { cause: error }));
        else resolve(request.auth);
      });
    });
}

/** As the README of jwks-rsa has it, run as Passport runs a strategy. */
function documentedRecipe({ issuer, algorithm }) {
  const strategy = new Strategy(
    {
      secretOrKeyProvider: passportJwtSecret({
        cache: true,
        rateLimit: true,
        jwksRequestsPerMinute: 5,
        jwksUri: jwksUri(issuer),
      }),
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      audience: AUDIENCE,
      issuer,
      algorithms: [algorithm],
    },
    (payload, done) => done(null, payload),
  );
  return (token) =>
    new Promise((resolve, reject) => {
      const attempt = Object.create(strategy);
      Object.assign(attempt, { success: resolve, fail: reject, error: reject });
      attempt.authenticate({ headers: { authorization: `Bearer ${token}` } });
    });
}
