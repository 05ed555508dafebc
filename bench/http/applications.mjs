import { createPublicKey, hash } from 'node:crypto';
import { once } from 'node:events';
import { jwksUri } from '../authorization-server.mjs';
import { floor } from '../floor.mjs';
import { AUDIENCE } from '../tokens.mjs';

export const NO_AUTH = 'no auth';
export const WARM = 'this library, tokens seen before';
export const COLD = 'this library, every token new';
export const DOCUMENTED = 'passport-jwt + jwks-rsa, as documented';
/** No guard can cost less; whoever remembers tokens by a digest, or verifies them, has to do that at least. */
export const FLOORS = {
  EMPTY: 'a guard that looks at nothing',
  DIGEST: 'a guard that takes the SHA-256 of the token',
  SIGNATURE: 'a guard that verifies the signature, and no more',
};

/**
 * The same route in all applications that are compared. `open(issuer)` starts one and resolves to its server; what it
 * needs is imported then, so that each process has in it only what that application uses.
 */
export const APPLICATIONS = [
  ...['express', 'fastify'].flatMap((adapter) =>
    [
      { name: NO_AUTH, setup: async () => ({}) },
      { name: FLOORS.EMPTY, setup: () => guard(() => true) },
      { name: FLOORS.DIGEST, setup: digestGuard },
      { name: WARM, setup: thisLibrary },
      { name: FLOORS.SIGNATURE, setup: signatureGuard, everyTokenNew: true },
      { name: COLD, setup: thisLibrary, everyTokenNew: true },
      { name: DOCUMENTED, setup: documentedRecipe },
    ].map(({ setup, ...application }) => ({
      ...application,
      group: `Nest on ${adapter === 'express' ? 'Express' : 'Fastify'}`,
      open: async (issuer) => {
        const { nest } = await import('./nest.mjs');
        return nest(adapter, await setup(issuer));
      },
    })),
  ),
  { group: 'Express', name: NO_AUTH, open: () => express() },
  {
    group: 'Express',
    name: 'express-oauth2-jwt-bearer',
    async open(issuerBaseURL) {
      const { auth } = await import('express-oauth2-jwt-bearer');
      return express(auth({ issuerBaseURL, audience: AUDIENCE }));
    },
  },
  { group: 'Express', name: 'MCP requireBearerAuth + jose', open: mcpBearerAuth },
  { group: 'Fastify', name: NO_AUTH, open: () => fastify(() => undefined) },
  { group: 'Fastify', name: '@fastify/jwt + get-jwks', open: fastifyJwt },
];

async function guard(canActivate) {
  const { UseGuards } = await import('@nestjs/common');
  return { decorators: [UseGuards({ canActivate })] };
}

function digestGuard() {
  return guard((context) => hash('sha256', bearerToken(context), 'binary') !== '');
}

async function signatureGuard(issuer) {
  const response = await fetch(jwksUri(issuer));
  const { keys } = await response.json();
  const publicKey = createPublicKey({ key: keys[0], format: 'jwk' });
  const payloadOf = floor({ publicKey, hash: 'sha256', parameters: {} });
  return guard((context) => payloadOf(bearerToken(context)) !== '');
}

function bearerToken(context) {
  return context.switchToHttp().getRequest().headers.authorization.slice('Bearer '.length);
}

/** As in this project's README. */
async function thisLibrary(issuer) {
  const { AudienceAuthModule, RequireScopes } = await import('../../dist/lib/index.js');
  return {
    imports: [AudienceAuthModule.forRoot({ issuer, audience: AUDIENCE })],
    decorators: [RequireScopes('tickets:read')],
  };
}

/** As the documentation of Nest and the README of jwks-rsa have it. It looks at no scope. */
async function documentedRecipe(issuer) {
  const { UseGuards } = await import('@nestjs/common');
  const { AuthGuard, PassportModule, PassportStrategy } = await import('@nestjs/passport');
  const { passportJwtSecret } = await import('jwks-rsa');
  const { ExtractJwt, Strategy } = await import('passport-jwt');
  class JwtStrategy extends PassportStrategy(Strategy) {
    constructor() {
      super({
        secretOrKeyProvider: passportJwtSecret({
          cache: true,
          rateLimit: true,
          jwksRequestsPerMinute: 5,
          jwksUri: jwksUri(issuer),
        }),
        jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
        audience: AUDIENCE,
        issuer,
        algorithms: ['RS256'],
      });
    }

    validate(payload) {
      return payload;
    }
  }
  return {
    imports: [PassportModule],
    providers: [JwtStrategy],
    decorators: [UseGuards(AuthGuard('jwt'))],
  };
}

async function express(...handlers) {
  const { default: createApplication } = await import('express');
  const application = createApplication();
  application.get('/tickets', ...handlers, (_request, response) => {
    response.json({ tickets: [] });
  });
  const server = application.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function mcpBearerAuth(issuer) {
  const { requireBearerAuth } =
    await import('@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js');
  const { createRemoteJWKSet, jwtVerify } = await import('jose');
  const keys = createRemoteJWKSet(new URL(jwksUri(issuer)));
  const verifyAccessToken = async (token) => {
    const { payload } = await jwtVerify(token, keys, { issuer, audience: AUDIENCE });
    const { client_id: clientId, scope, exp: expiresAt } = payload;
    return { token, clientId, scopes: scope.split(' '), expiresAt };
  };
  return express(
    requireBearerAuth({ verifier: { verifyAccessToken }, requiredScopes: ['tickets:read'] }),
  );
}

async function fastify(prepare) {
  const { default: createApplication } = await import('fastify');
  const application = createApplication();
  await prepare(application);
  application.get('/tickets', async () => ({ tickets: [] }));
  await application.listen({ port: 0, host: '127.0.0.1' });
  return application.server;
}

/** As the README of get-jwks has it, with issuer and audience beside. */
async function fastifyJwt(issuer) {
  const { default: jwt } = await import('@fastify/jwt');
  const { default: buildGetJwks } = await import('get-jwks');
  const getJwks = buildGetJwks({ issuersWhitelist: [issuer] });
  return fastify(async (application) => {
    await application.register(jwt, {
      decode: { complete: true },
      verify: { allowedIss: issuer, allowedAud: AUDIENCE },
      secret: (_request, { header: { kid, alg }, payload: { iss } }) =>
        getJwks.getPublicKey({ kid, alg, domain: iss }),
    });
    application.addHook('onRequest', (request) => request.jwtVerify());
  });
}
