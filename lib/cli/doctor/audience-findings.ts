import { quoted } from '../../keys/json-document.js';
import type { Finding } from '../findings.js';
import { audiencesOf, type Parameter, type Trial } from './trials.js';

/** What an authorization server makes of being told which service a token is for. */
export type Treatment =
  /** The token is for the service that was named. */
  | 'honoured'
  /** It is for one service each time, under another name than was given. */
  | 'renamed'
  /** It is the same whatever is named. */
  | 'ignored'
  /** It is for all services at once. */
  | 'all at once'
  | 'refused'
  /** There is but one service, and a token for none in particular is for it, too. */
  | 'undecided'
  /** Nobody can see whom it is for. */
  | 'opaque';

/**
 * Compares tokens that were asked for with one service each.
 *
 * @param without what came of naming none, which tells when there is but one
 */
export function treatment(trials: readonly Trial[], without: Trial): Treatment {
  const granted = trials.filter(({ token }) => token !== undefined);
  if (granted.length === 0) return 'refused';
  const readable = granted.filter(({ jws }) => jws !== undefined);
  if (readable.length === 0) return 'opaque';

  const named = readable.map(({ resource = '' }) => resource);
  const isFor = (trial: Trial, resource: string): boolean => audiencesOf(trial).includes(resource);
  if (readable.length > 1 && readable.every((trial) => named.every((each) => isFor(trial, each))))
    return 'all at once';
  const seen = [...readable, ...(readable.length === 1 && without.jws ? [without] : [])].map(
    (trial) => audiencesOf(trial).toSorted().join(' '),
  );
  if (seen.length > 1 && new Set(seen).size === 1)
    return named.length === 1 && named.every((each) => isFor(without, each))
      ? 'undecided'
      : 'ignored';
  if (readable.every((trial) => isFor(trial, trial.resource ?? ''))) {
    const crosses = readable.some((trial) =>
      named.some((each) => each !== trial.resource && isFor(trial, each)),
    );
    return crosses ? 'all at once' : 'honoured';
  }
  return new Set(seen).size === seen.length &&
    readable.every((trial) => audiencesOf(trial).length > 0)
    ? 'renamed'
    : 'ignored';
}

const SEE = 'See docs/authorization-servers.md.';

/** What is to be said of it, and where to change it. */
export function treatmentFinding(
  parameter: Parameter,
  what: Treatment,
  trials: readonly Trial[],
): Finding {
  const { level, title, remedy = remedyFor(trials) } = SENTENCES[what];
  return {
    // A server that heeds `resource` need not know `audience`.
    level: level === 'problem' && parameter === 'audience' ? 'warning' : level,
    title: `${parameter}= ${title}`,
    detail: trials.map(seenOf).join('; '),
    ...(remedy !== undefined && { remedy }),
  };
}

const SENTENCES: Readonly<Record<Treatment, Omit<Finding, 'detail'>>> = {
  honoured: { level: 'ok', title: 'is honoured: the token is for the service that was named' },
  renamed: {
    level: 'warning',
    title: 'is honoured, under another name: aud is not what was asked for',
    remedy:
      'Give forRoot the name that stands in aud for audience, and the URL of the service for resource.',
  },
  ignored: {
    level: 'problem',
    title: 'is ignored: the token is the same whichever service is named',
    remedy: `A token for one service is good at the others. Have the server write the service that was named, and only that, into aud. ${SEE}`,
  },
  'all at once': {
    level: 'problem',
    title: 'gives tokens that are for all services at once',
    remedy: `A service that receives such a token can use it at the others. Have aud hold the one service that was named. ${SEE}`,
  },
  refused: { level: 'problem', title: 'is refused' },
  undecided: {
    level: 'warning',
    title: 'cannot be judged: without it, the token is for the same service',
    remedy: 'Name another service in a second --resource.',
  },
  opaque: {
    level: 'problem',
    title: 'gives opaque tokens, which a service cannot read',
    remedy: `Have access tokens for this service issued as JWTs (RFC 9068). ${SEE}`,
  },
};

const REMEDIES: Readonly<Record<string, string>> = {
  unauthorized_client: 'Allow the client the grant client_credentials.',
  unsupported_grant_type:
    'The server does not know the grant client_credentials: get a token by other means, and inspect it.',
  invalid_scope: 'Grant the scopes of --scope to the client, or ask for others.',
};

const REGISTER = `Register the service at the authorization server under this very name, and allow the client to ask for it. ${SEE}`;

/** What to do about the errors of RFC 6749 §5.2 and RFC 8707 §2. */
function remedyFor(trials: readonly Trial[]): string | undefined {
  const errors = trials.flatMap(({ error }) => (error === undefined ? [] : [error]));
  const [known] = errors.flatMap((error) => REMEDIES[error] ?? []);
  return errors.length === 0 ? undefined : (known ?? REGISTER);
}

/** What is to be said where some services are known, and others not. */
export function refusals(trials: readonly Trial[]): Finding[] {
  const refused = trials.filter(({ error }) => error !== undefined);
  if (refused.length === trials.length) return [];
  return refused.map((trial) => ({
    level: 'warning',
    title: `there is no token ${seenOf(trial)}`,
    remedy: remedyFor([trial]) ?? REGISTER,
  }));
}

/** What came of one request, without anything of a token but its audience. */
function seenOf(trial: Trial): string {
  const { resource, error, jws } = trial;
  const asked = resource === undefined ? 'for no service' : `for ${resource}`;
  if (error !== undefined) return `${asked}: ${error}`;
  return `${asked}: ${jws === undefined ? 'an opaque token' : `aud ${quoted(jws.claims.aud)}`}`;
}

/**
 * What comes of naming no service.
 *
 * @param isNamedNext whether one is named in another request, so that nothing is lost
 */
export function findingWithout(without: Trial, isNamedNext: boolean): Finding {
  const { error, jws } = without;
  const detail = seenOf(without);
  const title =
    error !== undefined
      ? 'without the name of a service there is no token'
      : jws === undefined
        ? 'without the name of a service the token is opaque'
        : jws.claims.aud === undefined
          ? 'without the name of a service the token is for nobody: it has no aud'
          : undefined;
  if (title === undefined)
    return { level: 'ok', title: 'without the name of a service there is a token', detail };
  if (isNamedNext) return { level: 'ok', title, detail };
  const remedy =
    error === undefined
      ? 'Name a service in --resource. If that changes nothing, have the server write it into aud.'
      : (REMEDIES[error] ?? 'Name a service in --resource.');
  return { level: 'problem', title, detail, remedy };
}
