import { KeySource } from '../../keys/key-source.js';
import { nameOf, quoted } from '../../keys/json-document.js';
import type { SigningKeySet } from '../../keys/signing-key-set.js';
import type { KeySettings } from '../../keys/issuer-keys.js';
import { ask, jsonObject, type Answer } from '../client/ask.js';
import { Failure } from '../failure.js';
import type { Finding } from '../findings.js';
import { duration } from '../inspect/times.js';

/** The keys of an issuer as a service would have them, and what is to be said of them. */
export interface KeyExamination {
  readonly findings: readonly Finding[];
  readonly keys?: SigningKeySet;
}

/** Looks at a JWK set (RFC 7517 §5), and at what a service makes of it. */
export async function examineKeys(
  issuer: string,
  jwksUri: string,
  settings: KeySettings,
): Promise<KeyExamination> {
  let answer: Answer;
  let document: Readonly<Record<string, unknown>>;
  try {
    answer = await ask({ url: jwksUri });
    document = jsonObject(answer);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return {
      findings: [
        { level: 'problem', title: error.what, ...(error.remedy && { remedy: error.remedy }) },
      ],
    };
  }
  const jwks = listOf(document.keys);
  const shape = [
    ...shared(jwks),
    ...secret(jwks),
    ...size(answer, settings),
    ...caching(answer, settings),
  ];
  const complaints: string[] = [];
  const location = { issuer, jwksUri, allowInsecureHttp: true };
  try {
    const source = new KeySource(location, settings, (message) => complaints.push(message));
    const { set } = await source.download(new AbortController().signal);
    return {
      keys: set,
      findings: [usable(set, answer.url), ...complaints.map(unusable), ...shape],
    };
  } catch (error) {
    const title = `a service can use none of its keys: ${(error as Error).message}`;
    return { findings: [{ level: 'problem', title }, ...complaints.map(unusable), ...shape] };
  }
}

type Jwk = Readonly<Record<string, unknown>>;

function listOf(keys: unknown): Jwk[] {
  return Array.isArray(keys)
    ? keys.filter((each) => typeof each === 'object' && each !== null)
    : [];
}

function usable(set: SigningKeySet, url: string): Finding {
  const keys = set.named(undefined);
  return {
    level: 'ok',
    title: `${keys.length} ${keys.length === 1 ? 'key' : 'keys'} that can verify signatures at ${nameOf(url)}`,
    detail: keys
      .map(({ kid, algorithms }) => `${quoted(kid)} for ${[...algorithms.keys()].join(', ')}`)
      .join('; '),
  };
}

function unusable(complaint: string): Finding {
  return {
    level: 'warning',
    title: 'not every key that it publishes can be used',
    detail: complaint.replace(/\.$/, ''),
    remedy:
      'Tokens that are signed with such a key are refused: key_unknown. RSA keys need 2048 bits.',
  };
}

/** RFC 7517 §4.5: names of keys are to be told apart; without a name, every key has to be tried. */
function shared(jwks: readonly Jwk[]): Finding[] {
  const kids = jwks.map(({ kid }) => kid);
  const repeated = [
    ...new Set(kids.filter((kid, index) => kid !== undefined && kids.indexOf(kid) !== index)),
  ];
  const findings: Finding[] = [];
  if (repeated.length > 0)
    findings.push({
      level: 'warning',
      title: `several keys go by one kid: ${repeated.map(quoted).join(', ')}`,
      remedy:
        'Give each key a kid of its own, and a new key a new one: clients may keep the old key under that name.',
    });
  if (kids.includes(undefined))
    findings.push({
      level: 'warning',
      title: 'there are keys without kid',
      remedy: 'Give each key a kid, and write it into the tokens: rotation needs it.',
    });
  return findings;
}

function secret(jwks: readonly Jwk[]): Finding[] {
  if (!jwks.some(({ d, k, kty }) => d !== undefined || k !== undefined || kty === 'oct')) return [];
  return [
    {
      level: 'problem',
      title: 'it publishes a private or symmetric key',
      detail: 'whoever has read it can mint tokens',
      remedy: 'Take it out of the set, and out of use: it is compromised.',
    },
  ];
}

function size({ body, headers }: Answer, { maxResponseBytes }: KeySettings): Finding[] {
  const bytes = Buffer.byteLength(body);
  const type = headers.get('content-type') ?? 'none';
  return [
    bytes > maxResponseBytes / 2
      ? {
          level: 'warning',
          title: `the JWK set has ${bytes} bytes; a service reads up to ${maxResponseBytes}`,
          remedy:
            'Publish only keys that are in use, without certificate chains; or raise keys.maxResponseBytes.',
        }
      : { level: 'ok', title: `the JWK set has ${bytes} bytes` },
    ...(/\bjson\b/i.test(type)
      ? []
      : [
          {
            level: 'warning' as const,
            title: `the JWK set comes as ${quoted(type)}`,
            remedy:
              'Send application/jwk-set+json or application/json: other clients insist on it.',
          },
        ]),
  ];
}

const SHORT_SECONDS = 60;

function caching({ headers }: Answer, { cacheMaxAgeMs }: KeySettings): Finding[] {
  const [, seconds] = /max-age="?(\d{1,10})/i.exec(headers.get('cache-control') ?? '') ?? [];
  const kept = duration(Math.min(cacheMaxAgeMs / 1000, Number(seconds ?? Infinity)));
  if (seconds !== undefined && Number(seconds) < SHORT_SECONDS)
    return [
      {
        level: 'warning',
        title: `the JWK set may be kept for ${kept} only (Cache-Control)`,
        remedy: 'Allow some minutes: each service asks again and again.',
      },
    ];
  const said =
    seconds === undefined
      ? 'it says nothing about caching'
      : `its max-age is ${duration(Number(seconds))}`;
  return [{ level: 'ok', title: `a service keeps its keys for up to ${kept}`, detail: said }];
}
