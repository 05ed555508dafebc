import { readFile } from 'node:fs/promises';
import type { JsonWebKey } from 'node:crypto';
import { ALGORITHM_NAMES, isAlgorithm } from '../../keys/algorithms.js';
import { GoodToken } from '../../testing/good-token.js';
import { hostileTokensOf, stranger } from '../../testing/hostile-tokens.js';
import { SigningKey } from '../../testing/signing-key.js';
import { EXIT, Failure } from '../failure.js';
import type { Fleet, Service, TestIssuer } from './fleet.js';
import type { Probe } from './probe.js';

/**
 * The hostile tokens for each service that has an audience, and a good one: only where that is let in does a refusal of
 * the others prove anything.
 *
 * @throws Failure if the key of the test issuer cannot be had
 */
export async function hostileProbes({ services, hostile }: Fleet): Promise<Probe[]> {
  if (hostile === undefined) return [];
  const key = await keyOf(hostile);
  // Nobody answers there: a service that looks there must refuse the token, too.
  const other = await stranger(key, (path) => new URL(path, hostile.issuer).href);
  const good = new Map<Service, string>();
  const spoilt = new Map<string, Map<Service, string>>();
  for (const service of services) {
    const { audience } = service;
    if (audience === undefined) continue;
    const token = new GoodToken(hostile.issuer, audience, key, other);
    good.set(service, token.with({}));
    for (const { name, token: each } of hostileTokensOf(token)) {
      spoilt.set(name, (spoilt.get(name) ?? new Map<Service, string>()).set(service, each));
    }
  }
  return [
    { kind: 'control', name: 'good token of the test issuer', tokens: good },
    ...[...spoilt].map(([name, tokens]): Probe => ({ kind: 'hostile', name, tokens })),
  ];
}

async function keyOf({ keyFile }: TestIssuer): Promise<SigningKey> {
  const jwk = parsed(keyFile, await textOf(keyFile));
  const { alg, kid } = jwk;
  if (!isAlgorithm(alg) || typeof kid !== 'string') {
    const remedy = `Give it its kid, and for alg one of ${ALGORITHM_NAMES.join(', ')}.`;
    throw new Failure(EXIT.data, `the key in ${keyFile} lacks alg or kid`, remedy);
  }
  try {
    const key = SigningKey.of(jwk, alg, kid);
    // A key may be too short for its algorithm, or be for another one.
    key.sign({}, {});
    return key;
  } catch {
    // Not its cause, which may tell of the key.
    throw new Failure(EXIT.data, `${keyFile} holds no private JWK (RFC 7517) that can sign`);
  }
}

async function textOf(keyFile: string): Promise<string> {
  try {
    return await readFile(keyFile, 'utf8');
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    throw new Failure(EXIT.file, `the key file ${keyFile} cannot be read (${code})`, undefined, {
      cause: error,
    });
  }
}

function parsed(keyFile: string, text: string): JsonWebKey {
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json === 'object' && json !== null) return json as JsonWebKey;
  } catch {
    // The message would quote the key.
  }
  throw new Failure(EXIT.data, `${keyFile} holds no private JWK (RFC 7517)`);
}
