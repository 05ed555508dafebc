import { randomBytes, randomUUID } from 'node:crypto';
import { signingKey } from '../support/signing-key.js';
import { OTHER_AUDIENCE, type Claims } from '../support/tokens.js';
import type { Signer } from './keyring.js';
import { KEYS, SETTLED_MS } from './settings.js';
import type { Upstream, Wait } from './upstream.js';

/** What the service answered, and when. */
export interface Reply extends Wait {
  /** The reason of a 401, the status of anything else, or why there was no answer. */
  readonly outcome: string;
}

/** `well`: as it ought to be at any time. A window: not so, but the design has it, this long after the event. */
export type Judgement = 'well' | 'wrong' | { readonly window: Window; readonly ms: number };
export type Window = 'rotation' | 'outage';

/** A request. */
interface Call {
  readonly token: string | undefined;
  readonly judge: (reply: Reply) => Judgement;
}

/** Callers of one kind. */
export interface Callers {
  readonly name: string;
  readonly call: () => Call;
}

/** The name of those that have to be let in. */
export const GOOD = 'good';
export const LET_IN = '200';
const UNAVAILABLE = '503';

/** All kinds of callers there can be with this authorization server. */
export function callersOf(upstream: Upstream) {
  const { server, keyring } = upstream;
  const issue = ({ key }: Signer, claims: Claims = {}) => server.issue(claims, {}, key);
  const tokenOf = reused(issue);
  const madeUpKid = (claims: Claims = {}) =>
    server.issue(claims, {}, signingKey('ES256', 'made up').as(randomUUID()));

  const inOutage = ({ sentAt }: Reply): Judgement => ({
    window: 'outage',
    ms: Math.max(0, sentAt - upstream.recoveredAt),
  });

  /** The key is a published one, or will be known to be; those that are not good do not wait for that. */
  const signed = (name: string, expected: string, token: (signer: Signer) => string): Callers => ({
    name,
    call: () => {
      const signer = oneOf(keyring.signers);
      return {
        token: token(signer),
        judge: (reply) => {
          if (reply.outcome === expected) return 'well';
          if (reply.outcome === UNAVAILABLE && upstream.wasLost(reply)) return inOutage(reply);
          if (!saysTheKeyIsUnknown(reply)) return 'wrong';
          // The key was withdrawn while the request was on its way.
          if (!keyring.signers.includes(signer)) return { window: 'rotation', ms: 0 };
          const ms = reply.sentAt - (signer.sprungAt ?? -Infinity);
          const atMost = KEYS.cooldownMs + (name === GOOD ? 0 : SETTLED_MS);
          return ms <= atMost ? { window: 'rotation', ms } : 'wrong';
        },
      };
    },
  });

  /** Refused whatever the keys are. */
  const alien = (name: string, expected: string, token: () => string | undefined): Callers => ({
    name,
    call: () => ({
      token: token(),
      judge: ({ outcome }) => (outcome === expected ? 'well' : 'wrong'),
    }),
  });

  /** Nobody but the key server knows the key, and it is worth asking, or it is not. */
  const unknown = (name: string, worthAsking: boolean, claims: Claims): Callers => ({
    name,
    call: () => ({
      token: madeUpKid(claims),
      judge: (reply) => {
        const decided = !worthAsking || !upstream.hadFailed(reply);
        if (reply.outcome === 'key_unknown' && decided) return 'well';
        const undecided = worthAsking ? upstream.wasFailing(reply) : upstream.wasLost(reply);
        return reply.outcome === UNAVAILABLE && undecided ? inOutage(reply) : 'wrong';
      },
    }),
  });

  const withdrawn: Callers = {
    name: 'withdrawn key',
    call: () => {
      const one = oneOf(keyring.withdrawn);
      return {
        token: tokenOf(one.signer),
        judge: (reply) => {
          if (saysTheKeyIsUnknown(reply)) return 'well';
          const { at, toldAt = Infinity } = one;
          const lasts = reply.sentAt <= Math.min(toldAt + SETTLED_MS, at + KEYS.cacheMaxAgeMs);
          if (reply.outcome !== LET_IN || !lasts) return 'wrong';
          return { window: 'rotation', ms: reply.sentAt - at };
        },
      };
    },
  };

  return {
    good: signed(GOOD, LET_IN, tokenOf),
    otherAudience: signed('other audience', 'audience_mismatch', (signer) =>
      issue(signer, { aud: OTHER_AUDIENCE }),
    ),
    expired: signed('expired', 'token_expired', (signer) => issue(signer, { exp: 1_000_000_000 })),
    noToken: alien('no token', 'token_missing', () => undefined),
    noJwt: alien('no JWT', 'token_malformed', () => randomBytes(30).toString('hex')),
    madeUpIssuer: alien('made-up issuer', 'issuer_untrusted', () =>
      madeUpKid({ iss: `https://${randomUUID()}.example.com` }),
    ),
    madeUpKid: unknown('made-up kid', false, { aud: OTHER_AUDIENCE }),
    plausibleKid: unknown('made-up kid, plausible', true, {}),
    withdrawn,
  } as const;
}

/** How many clients there are, and how long each uses a token: less than it is good for. */
const CLIENTS = 100;
const REUSED_MS = 100_000;

/** Tokens that are used again and again, as clients do. */
function reused(issue: (signer: Signer) => string): (signer: Signer) => string {
  const wallets = new WeakMap<Signer, { token: string; issuedAt: number }[]>();
  return (signer) => {
    const wallet = wallets.get(signer) ?? [];
    wallets.set(signer, wallet);
    const client = Math.floor(Math.random() * CLIENTS);
    const now = Date.now();
    let held = wallet[client];
    if (!held || now - held.issuedAt > REUSED_MS) held = { token: issue(signer), issuedAt: now };
    wallet[client] = held;
    return held.token;
  };
}

function saysTheKeyIsUnknown({ outcome }: Reply): boolean {
  return outcome === 'key_unknown' || outcome === 'signature_invalid';
}

function oneOf<T>(list: readonly T[]): T {
  const one = list[Math.floor(Math.random() * list.length)];
  if (one === undefined) throw new Error('There is none yet.');
  return one;
}
