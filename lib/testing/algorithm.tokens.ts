import { createHmac } from 'node:crypto';
import { ALGORITHM_NAMES, algorithm } from '../keys/algorithms.js';
import type { GoodToken } from './good-token.js';
import { refusedFor, type HostileToken } from './hostile-token.js';
import { encoded } from './signing-key.js';

/** RFC 8725 §2.1, §3.1, §3.2: tokens that choose how they are verified. */
export function algorithmTokens(good: GoodToken): HostileToken[] {
  const { publicKey, jwk } = good.key;
  const unsigned = (alg: unknown, signature = ''): string =>
    `${encoded({ ...good.header, alg })}.${encoded(good.claims)}.${signature}`;
  const hmac = (secret: string | Buffer, alg = 'HS256', header: object = {}): string => {
    const input = `${encoded({ ...good.header, alg, ...header })}.${encoded(good.claims)}`;
    const hash = alg.replace('HS', 'sha');
    return `${input}.${createHmac(hash, secret).update(input).digest('base64url')}`;
  };
  const pem = publicKey.export({ format: 'pem', type: 'spki' }) as string;
  const der = publicKey.export({ format: 'der', type: 'spki' });
  const signature = good.with({}).split('.')[2];
  return [
    ...refusedFor('algorithm_not_allowed', {
      ...Object.fromEntries(
        ['none', 'None', 'NONE', 'nOnE', 'none ', ''].flatMap((alg) => [
          [`a token of the algorithm "${alg}", unsigned`, unsigned(alg)],
          [`a token of the algorithm "${alg}", with a signature`, unsigned(alg, signature)],
        ]),
      ),
      'an unsigned token that names no key': `${encoded({ alg: 'none' })}.${encoded(good.claims)}.`,
      'a token of HS256 with the public key as its secret (PEM)': hmac(pem),
      'a token of HS384 with the public key as its secret (PEM)': hmac(pem, 'HS384'),
      'a token of HS512 with the public key as its secret (PEM)': hmac(pem, 'HS512'),
      'a token of HS256 with the public key as its secret (PEM without its last line break)': hmac(
        pem.trimEnd(),
      ),
      'a token of HS256 with the public key as its secret (PEM with a space before it)': hmac(
        ` ${pem}`,
      ),
      'a token of HS256 with the public key as its secret (DER)': hmac(der),
      'a token of HS256 with the public key as its secret (JWK)': hmac(JSON.stringify(jwk)),
      'a token of HS256 with an empty secret': hmac(''),
      'a token of HS256 with the empty file as its secret': hmac('', 'HS256', {
        kid: '../../../../dev/null',
      }),
      'a token whose algorithm is in another case': good.with({}, { alg: otherCase(good.key.alg) }),
      'a token of an algorithm that nobody knows': good.with({}, { alg: 'XS256' }),
      'a token of ES256K': good.with({}, { alg: 'ES256K' }),
      'a token of an algorithm for encryption': good.with({}, { alg: 'RSA-OAEP' }),
      'a token of direct encryption': good.with({}, { alg: 'dir' }),
      ...ofOtherAlgorithms(good),
    }),
    ...refusedFor('token_malformed', {
      'a token without an algorithm': good.with({}, { alg: undefined }),
      'a token whose algorithm is null': unsigned(null),
      'a token whose algorithm is a number': good.with({}, { alg: 1 }),
      'a token whose algorithm is a list': good.with({}, { alg: [good.key.alg] }),
    }),
  ];
}

function otherCase(name: string): string {
  return name.toUpperCase() === name ? name.toLowerCase() : name.toUpperCase();
}

/** Signed as they say, where the key can; it is for one algorithm only. */
function ofOtherAlgorithms(good: GoodToken): Record<string, string> {
  const { keyType } = algorithm(good.key.alg);
  const others = ALGORITHM_NAMES.filter(
    (name) =>
      name !== good.key.alg && !(keyType === 'ed25519' && keyType === algorithm(name).keyType),
  );
  return Object.fromEntries(
    others.map((alg) => {
      const header = { ...good.header, alg };
      const can = keyType === 'rsa' && algorithm(alg).keyType === 'rsa';
      const token = good.key.sign(header, good.claims, can ? alg : good.key.alg);
      return [`a token of ${alg}, for which the key is not`, token];
    }),
  );
}
