import { AuthorizationServer, jwksUri } from './authorization-server.mjs';
import { awsJwtVerify, fastJwt, jose, jsonWebToken } from './contenders.mjs';
import { microseconds, times } from './format.mjs';
import { verification, verifyingWith } from './ours.mjs';
import { interleaved, nanoseconds } from './rounds.mjs';
import { median, ratios } from './statistics.mjs';
import { AUDIENCE, freshStrings, Signer } from './tokens.mjs';

const TOKENS = 64;
const OURS = 'this library';

export const title = 'Growth';

/** What may become many, by what a service is configured with or by what a token says; and who has to do with it. */
const DIMENSIONS = {
  audiences: {
    sizes: [1, 10, 100, 1000],
    prepare(count, { signer }) {
      // The one that tokens are for comes last.
      const audience = [...numbered(count - 1, `${AUDIENCE}/`), AUDIENCE];
      return {
        tokens: () => signer.tokens(TOKENS),
        contenders: {
          [OURS]: () => uncached(signer, { audience }),
          'aws-jwt-verify': () => awsJwtVerify(signer, { audience }),
          'fast-jwt': () => fastJwt(signer, false, { audience }),
          jose: () => jose(signer, { audience }),
        },
      };
    },
  },
  issuers: {
    sizes: [1, 100, 10_000],
    prepare(count, { signer }) {
      const issuers = [...numbered(count - 1, 'https://auth.example.com/'), signer.issuer];
      return {
        tokens: () => signer.tokens(TOKENS),
        contenders: {
          [OURS]: () =>
            uncached(signer, {
              issuer: issuers.map((issuer) => ({ issuer, jwksUri: jwksUri(issuer) })),
            }),
          'fast-jwt': () => fastJwt({ ...parts(signer), issuer: issuers }, false),
        },
      };
    },
  },
  'keys of the issuer': {
    sizes: [1, 10, 100],
    prepare(count, { signer }) {
      const others = Array.from({ length: count - 1 }, () => new Signer('ES256').jwks.keys[0]);
      const many = { ...parts(signer), jwks: { keys: [...others, ...signer.jwks.keys] } };
      return {
        tokens: () => signer.tokens(TOKENS),
        contenders: {
          [OURS]: () => uncached(many),
          'aws-jwt-verify': () => awsJwtVerify(many),
          jose: () => jose(many),
        },
      };
    },
  },
  'scopes of the token': {
    sizes: [1, 10, 100, 1000],
    prepare: (count, { signer }) => ({
      tokens: () => signer.tokens(TOKENS, { scope: numbered(count, 'scope:').join(' ') }),
      contenders: everybody(signer),
    }),
  },
  'bytes of the token': {
    sizes: [1024, 4096, 16_000],
    prepare: (bytes, { signer }) => ({
      tokens() {
        const missing = bytes - signer.token({ padding: '' }).length;
        return signer.tokens(TOKENS, { padding: 'x'.repeat(Math.max(0, (missing * 3) / 4)) });
      },
      contenders: everybody(signer),
    }),
  },
  'tokens in the cache (a hit)': {
    sizes: [1, 1000, 10_000, 100_000],
    quickSizes: [1, 1000, 10_000],
    prepare: (count, { quickSigner: signer }) => ({
      tokens: () => signer.tokens(count),
      contenders: {
        [OURS]: () =>
          verifyingWith(verification(signer, { verifiedTokenCache: { maxEntries: count } })),
        'fast-jwt': () => fastJwt(signer, count),
      },
    }),
  },
};

/** Only the tokens of a large cache are signed with Ed25519, which is quicker: a hit verifies no signature. */
export async function run({ quick, progress }) {
  const rounds = quick ? 3 : 15;
  const servers = [
    await AuthorizationServer.start('RS256'),
    await AuthorizationServer.start('EdDSA'),
  ];
  const [{ signer }, { signer: quickSigner }] = servers;
  const results = {};
  for (const [name, dimension] of Object.entries(DIMENSIONS)) {
    const sizes = (quick && dimension.quickSizes) || dimension.sizes;
    progress(`growth, ${name}: preparing`);
    const contenders = [];
    for (const size of sizes) {
      const { tokens, contenders: openers } = dimension.prepare(size, { signer, quickSigner });
      const strings = await tokens();
      for (const [who, open] of Object.entries(openers)) {
        const verify = open();
        for (const token of strings) await verify(token);
        contenders.push({ name: label(who, size), verify, nextToken: freshStrings(strings) });
      }
    }
    const samples = await interleaved(contenders, rounds, (contender, round) => {
      progress(`growth, ${name}, round ${round + 1} of ${rounds}: ${contender.name}`);
      return nanoseconds(contender, { milliseconds: 20 });
    });
    results[name] = grown(samples, sizes);
  }
  for (const server of servers) server.stop();
  return { rounds, results };
}

function label(who, size) {
  return `${who} ${size}`;
}

function numbered(count, prefix) {
  return Array.from({ length: count }, (_, index) => `${prefix}${index}`);
}

/** What contenders read of a signer, to be replaced in part. */
function parts({ algorithm, issuer, publicKey, pem, jwks }) {
  return { algorithm, issuer, publicKey, pem, jwks };
}

function uncached(signer, options) {
  return verifyingWith(verification(signer, { verifiedTokenCache: false, ...options }));
}

function everybody(signer) {
  return {
    [OURS]: () => uncached(signer),
    'fast-jwt': () => fastJwt(signer, false),
    'aws-jwt-verify': () => awsJwtVerify(signer),
    'jsonwebtoken, KeyObject': () => jsonWebToken(signer, signer.publicKey),
    jose: () => jose(signer),
  };
}

/** By contender: the time at each size, and how much more the last takes than the first. */
function grown(samples, sizes) {
  const results = {};
  const cpu = (who, size) => samples[label(who, size)].map((each) => each.cpu);
  const whos = new Set(Object.keys(samples).map((name) => name.slice(0, name.lastIndexOf(' '))));
  for (const who of whos) {
    results[who] = {
      nanoseconds: Object.fromEntries(sizes.map((size) => [size, median(cpu(who, size))])),
      timesFirst: ratios(cpu(who, sizes.at(-1)), cpu(who, sizes[0])),
    };
  }
  return results;
}

export function tables({ rounds, results }) {
  return Object.entries(results).map(([name, rows]) => {
    const sizes = Object.keys(Object.values(rows)[0].nanoseconds);
    return {
      caption: `Number of ${name}: µs of CPU for one token; medians of ${rounds} rounds`,
      head: ['verifier', ...sizes, 'last, × first'],
      rows: Object.entries(rows).map(([who, { nanoseconds: each, timesFirst }]) => [
        who,
        ...sizes.map((size) => microseconds(each[size])),
        times(timesFirst),
      ]),
    };
  });
}
