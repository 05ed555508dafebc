import type { SigningKeySet } from '../../keys/signing-key-set.js';
import { parseCompactJws } from '../../verification/compact-jws.js';
import { clientId } from '../../policy/party.check.js';
import type { Finding } from '../findings.js';
import { judge, type Fit } from './for-root.js';
import { audiencesOf, type Trial } from './trials.js';

const REMEDY =
  'Register the service apart from its clients, so that ID tokens have another audience; and have access tokens marked with typ at+jwt.';

/** OpenID Connect Core §2: whether an ID token could be taken for an access token of the service. */
export function idTokenFindings(
  { settings }: Fit,
  audience: string,
  access: Trial,
  openId: Trial | undefined,
  keys: SigningKeySet | string,
  now: number,
): Finding[] {
  const idToken = openId?.idToken;
  if (idToken === undefined) return [withoutOne(audience, access)];
  const { verdict, reason, checks } = judge(idToken, settings, keys, now);
  const jws = parseCompactJws(idToken, new Map());
  const isForService = typeof jws !== 'string' && audiencesOf({ jws }).includes(audience);
  if (verdict === 'let in')
    return [
      {
        level: 'problem',
        title: `an ID token is let in at ${audience}`,
        detail: 'it passes every check',
        remedy: REMEDY,
      },
    ];
  if (!isForService)
    return [
      {
        level: 'ok',
        title: `an ID token is refused: ${reason ?? 'its signature could not be checked'}`,
        detail: 'its audience is another',
      },
    ];
  const kind = checks.find(({ name }) => name === 'token kind');
  return [
    {
      level: kind?.outcome === 'failed' ? 'warning' : 'problem',
      title: 'an ID token has the audience of the service',
      detail:
        kind?.outcome === 'failed'
          ? 'only its kind tells it from an access token, and by that it is refused'
          : 'nothing tells it from an access token',
      remedy: REMEDY,
    },
  ];
}

function withoutOne(audience: string, access: Trial): Finding {
  const client = access.jws && clientId(access.jws.claims);
  if (client === audience)
    return {
      level: 'warning',
      title:
        'the service and the client have one name, so ID tokens of that client have the audience of the service',
      remedy: REMEDY,
    };
  return {
    level: 'ok',
    title: 'an ID token has the client for its audience, and that is not the service',
    detail: 'the client was given none to look at',
  };
}
