import { quoted } from '../../keys/json-document.js';
import type { Finding } from '../findings.js';
import type { CheckOutcome, Inspection } from '../inspect/inspection.js';
import { duration } from '../inspect/times.js';
import { plain, REASON_TEXTS } from '../reason-texts.js';
import type { Claims } from '../../policy/check.js';
import type { CompactJws } from '../../verification/compact-jws.js';
import { ScopeReader } from '../../verification/scopes.js';

/** What an authorization server stamps on its access tokens. */
export function tokenFindings(
  jws: CompactJws,
  audience: string,
  scopes: readonly string[],
): Finding[] {
  return [
    typ(jws),
    ...audienceShape(jws.claims, audience),
    ...scopeClaim(jws.claims, scopes),
    client(jws.claims),
    ...lifetime(jws.claims),
  ];
}

/** RFC 9068 §2.1. */
function typ({ header }: CompactJws): Finding {
  const title = `typ is ${quoted(header.typ)}, alg is ${quoted(header.alg)}`;
  if (typeof header.typ === 'string' && /^(?:application\/)?at\+jwt$/i.test(header.typ))
    return { level: 'ok', title, detail: 'an ID token cannot be taken for it' };
  return {
    level: 'warning',
    title,
    detail: 'nothing in the header marks it as an access token',
    remedy:
      'Have access tokens marked with typ at+jwt (RFC 9068 §2.1), and set tokenProfile: rfc9068, which is the surest.',
  };
}

const GUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

function audienceShape({ aud }: Claims, audience: string): Finding[] {
  const others = Array.isArray(aud) ? aud.filter((each) => each !== audience) : [];
  if (others.length > 0)
    return [
      {
        level: 'warning',
        title: `aud names others beside the service: ${others.map(quoted).join(', ')}`,
        detail: 'whoever of them receives the token can use it at the service',
        remedy: 'Ask for one service at a time. What may be beside it is said in coAudiences.',
      },
    ];
  if (aud === undefined || aud === audience || Array.isArray(aud)) {
    const kind = GUID.test(audience)
      ? 'a GUID, as Entra ID writes it'
      : Array.isArray(aud)
        ? 'a list of one'
        : 'one string';
    return aud === undefined ? [] : [{ level: 'ok', title: `aud is ${kind}: ${quoted(audience)}` }];
  }
  return [];
}

/** RFC 9068 §2.2.3; `scp` at Entra ID and Okta. */
function scopeClaim(claims: Claims, wanted: readonly string[]): Finding[] {
  const names = ['scope', 'scp', 'permissions', 'roles'].filter(
    (name) => claims[name] !== undefined,
  );
  const shapes = names.map(
    (name) => `${name}, ${Array.isArray(claims[name]) ? 'an array' : `a ${typeof claims[name]}`}`,
  );
  const missing = wanted.filter(
    (scope) => !new ScopeReader(names, new Map()).read(claims).all.has(scope),
  );
  if (missing.length > 0)
    return [
      {
        level: 'warning',
        title: `the token lacks what was asked for: ${missing.map(quoted).join(', ')}`,
        detail: names.length === 0 ? 'it names no scopes' : `it has ${shapes.join('; ')}`,
        remedy: 'Grant the scopes to the client at the authorization server.',
      },
    ];
  if (names.length === 0)
    return [
      {
        level: 'warning',
        title: 'the token names no scopes',
        remedy:
          'Routes with @RequireScopes refuse it. Name scopes in --scope to see where the server puts them.',
      },
    ];
  const unread = names.every((name) => name !== 'scope' && name !== 'scp');
  return [
    {
      level: unread ? 'warning' : 'ok',
      title: `scopes stand in ${shapes.join(', and in ')}`,
      ...(unread && {
        remedy: `Name that claim in scopeClaims, if it holds what the client may do.`,
      }),
    },
  ];
}

function client(claims: Claims): Finding {
  const names = ['client_id', 'azp', 'cid', 'appid'].filter(
    (name) => typeof claims[name] === 'string',
  );
  return names.length > 0
    ? { level: 'ok', title: `the client stands in ${names.join(' and in ')}` }
    : {
        level: 'warning',
        title: 'the token does not say which client it was issued to',
        remedy:
          'authorizedParties and @RequireClient refuse it. Have client_id written into it (RFC 9068 §2.2).',
      };
}

const HOUR = 3600;
const DAY = 24 * HOUR;

function lifetime({ exp, iat }: Claims): Finding[] {
  if (typeof exp !== 'number' || typeof iat !== 'number') return [];
  const seconds = exp - iat;
  const title = `a token lasts ${duration(seconds)}`;
  if (seconds <= HOUR) return [{ level: 'ok', title }];
  return [
    {
      level: 'warning',
      title,
      detail:
        seconds > DAY
          ? 'a service refuses it after a day: token_too_old'
          : 'it cannot be called back in that time',
      remedy: 'Issue access tokens for minutes, an hour at most.',
    },
  ];
}

/** What a service with the options that fit says of the token. */
export function verdictFindings({ checks, verdict }: Inspection, audience: string): Finding[] {
  if (verdict === 'let in')
    return [{ level: 'ok', title: `the service ${audience} lets its token in` }];
  return checks
    .filter(({ outcome }) => outcome !== 'passed')
    .map((check) => verdictFinding(check, audience));
}

function verdictFinding({ name, reason, detail }: CheckOutcome, audience: string): Finding {
  if (reason === undefined)
    return {
      level: 'warning',
      title: `the ${name} could not be checked`,
      ...(detail !== undefined && { detail }),
    };
  return {
    level: 'problem',
    title: `the service ${audience} refuses its own token: ${reason}`,
    ...(detail !== undefined && { detail }),
    remedy: plain(REASON_TEXTS[reason].mend),
  };
}
