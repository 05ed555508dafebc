import { jwtVerify } from 'jose';
import jsonwebtoken from 'jsonwebtoken';
import { AUDIENCE } from '../support/tokens.js';
import { keyFor } from './candidates.js';
import type { LetIn } from './stricter-rules.js';

const TOLERANCE = 5;
const RSA = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const;
const ECDSA = ['ES256', 'ES384', 'ES512'] as const;

/** Another library, set up with the same keys, issuer, audience and tolerance. */
export interface OtherVerifier {
  readonly name: string;
  /** Whether it knows the algorithm at all. */
  readonly knows: (alg: string) => boolean;
  /** What it lets in, or nothing. */
  readonly verify: (token: string, issuer: string) => Promise<LetIn | undefined>;
}

const jose: OtherVerifier = {
  name: 'jose',
  knows: () => true,
  verify: (token, issuer) =>
    jwtVerify(token, (header) => keyFor(header).publicKey, {
      issuer,
      audience: AUDIENCE,
      algorithms: [...RSA, ...ECDSA, 'EdDSA', 'Ed25519'],
      clockTolerance: TOLERANCE,
      requiredClaims: ['exp'],
    }).then(
      ({ protectedHeader, payload }) => ({
        token,
        header: { ...protectedHeader },
        claims: payload,
      }),
      () => undefined,
    ),
};

/** What passport-jwt verifies with. */
const other: OtherVerifier = {
  name: 'jsonwebtoken',
  knows: (alg) => !alg.startsWith('Ed'),
  verify: (token, issuer) =>
    new Promise((resolve) => {
      jsonwebtoken.verify(
        token,
        (header, use) => {
          try {
            use(null, keyFor(header).publicKey);
          } catch (error) {
            use(error as Error);
          }
        },
        {
          issuer,
          audience: AUDIENCE,
          algorithms: [...RSA, ...ECDSA],
          clockTolerance: TOLERANCE,
          complete: true,
        },
        (error, jwt) => {
          if (error || typeof jwt?.payload !== 'object') resolve(undefined);
          else resolve({ token, header: { ...jwt.header }, claims: jwt.payload });
        },
      );
    }),
};

export const OTHER_VERIFIERS = [jose, other];
