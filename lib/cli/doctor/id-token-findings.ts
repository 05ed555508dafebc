import type { SigningKeySet } from '../../keys/signing-key-set.js';
import { parseCompactJws } from '../../verification/compact-jws.js';
import type { Finding } from '../findings.js';
import { judge, type Fit } from './for-root.js';
import { audiencesOf } from './trials.js';

/** What is known of ID tokens. */
export interface IdTokens {
  /** What the service is called. */
  readonly audience: string;
  readonly clientId: string | undefined;
  /** One, if the client was given one. */
  readonly idToken: string | undefined;
  readonly keys: SigningKeySet | string;
}

const REMEDY =
  'Register the service apart from its clients, so that ID tokens have another audience; and have access tokens marked with typ at+jwt.';

/** OpenID Connect Core §2: whether an ID token could be taken for an access token of the service. */
export function idTokenFindings(
  { settings }: Fit,
  { audience, clientId, idToken, keys }: IdTokens,
  now: number,
): Finding[] {
  if (idToken === undefined) return [withoutOne(audience, clientId)];
  const { reason, checks } = judge(idToken, settings, keys, now);
  if (reason === undefined)
    return [
      {
        level: 'problem',
        title: `nothing tells an ID token from an access token for ${audience}`,
        remedy: REMEDY,
      },
    ];
  const jws = parseCompactJws(idToken, new Map());
  if (typeof jws === 'string' || !audiencesOf({ jws }).includes(audience))
    return [{ level: 'ok', title: `an ID token is refused at ${audience}: ${reason}` }];
  const kind = checks.find(({ name }) => name === 'token kind');
  return [
    {
      level: kind?.outcome === 'failed' ? 'warning' : 'problem',
      title: `an ID token has the audience of the service ${audience}`,
      detail:
        kind?.outcome === 'failed'
          ? `only its kind tells it from an access token; it is refused: ${reason}`
          : `nothing but this tells it from an access token: ${reason}`,
      remedy: REMEDY,
    },
  ];
}

/** The audience of an ID token contains its client. */
function withoutOne(audience: string, clientId: string | undefined): Finding {
  if (clientId === audience)
    return {
      level: 'warning',
      title:
        'the service and the client have one name, so ID tokens of that client have the audience of the service',
      remedy: REMEDY,
    };
  return {
    level: 'ok',
    title: 'ID tokens of this client are for the client, which has another name than the service',
    detail: 'none was issued with this grant that could be looked at',
  };
}
