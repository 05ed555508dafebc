import type { Answer, Silence } from './answer.js';

/** ✓ let in, ✗ refused, ! let in and should not be, ? nobody can say. */
export type Verdict = 'let in' | 'refused' | 'crossed' | 'not judged';

/** Why a verdict is not what it should be, or not as plain as it should be. */
export type Note =
  | 'own token refused'
  | 'own token lacks a right'
  | 'neighbour refused'
  | 'test issuer not trusted'
  | 'lacks a right'
  | 'past the guard'
  | 'forbidden'
  | 'bare refusal'
  | 'guard not reached'
  | 'proves nothing'
  | 'no answer'
  | 'not asked'
  | 'redirect'
  | 'not found'
  | 'too many requests'
  | 'server error'
  | 'unusual status';

export interface Judgement {
  readonly verdict: Verdict;
  readonly note?: Note;
}

/** What must happen to a token at a service. */
export type Expectation =
  /** It is this service's own. */
  | 'own'
  /** It is that of another service with the same audience. */
  | 'neighbour'
  /** It is a good one of the test issuer. */
  | 'control'
  /** It is another's. */
  | 'foreign'
  /** It is spoilt. */
  | 'hostile'
  /** There is none. */
  | 'none'
  /** It is none, and no service can have taken it for one. */
  | 'garbage';

/** What must be let in. */
export const BELONGING: readonly Expectation[] = ['own', 'neighbour', 'control'];

/**
 * Judges one answer by itself.
 *
 * @param asksForTokens whether the service answers 401 without one
 */
export function judge(
  answer: Answer | Silence,
  expected: Expectation,
  asksForTokens: boolean,
): Judgement {
  const outcome = outcomeOf(answer, asksForTokens);
  const belongs = BELONGING.includes(expected);
  const isNoToken = expected === 'none' || expected === 'garbage';
  if (typeof outcome === 'object') return { verdict: 'not judged', note: outcome.unclear };
  if (outcome === 'in') return { verdict: belongs ? 'let in' : 'crossed' };
  if (outcome === 'past')
    return { verdict: belongs ? 'let in' : 'crossed', note: 'past the guard' };
  if (outcome === 'refused') return refusal(expected);
  if (isNoToken || outcome === 'refused barely') {
    // RFC 6750 §3.1: `invalid_token` for a bad token, and no error for none.
    const isPlain = expected === 'none' && 'status' in answer && answer.status === 401;
    return refusal(expected, isPlain ? undefined : 'bare refusal');
  }
  if (expected === 'own') return { verdict: 'not judged', note: 'own token lacks a right' };
  if (outcome === 'forbidden') {
    return expected === 'control' ? refusal(expected) : { verdict: 'not judged', note: outcome };
  }
  return { verdict: belongs ? 'let in' : 'crossed', note: 'lacks a right' };
}

/** @param note of a token that is refused rightly */
function refusal(expected: Expectation, note?: Note): Judgement {
  if (expected === 'own') return { verdict: 'not judged', note: 'own token refused' };
  if (expected === 'neighbour') return { verdict: 'not judged', note: 'neighbour refused' };
  if (expected === 'control') return { verdict: 'not judged', note: 'test issuer not trusted' };
  return { verdict: 'refused', ...(note !== undefined && { note }) };
}

type Outcome =
  | 'in'
  /** The service objects to the request, after the token has been let in. */
  | 'past'
  /** A good token that lacks a scope, or whose client or authentication is not enough here: past the audience. */
  | 'accepted'
  | 'forbidden'
  | 'refused'
  /** Refused, and the answer does not say so as RFC 6750 §3.1 has it. */
  | 'refused barely'
  | { readonly unclear: Note };

function outcomeOf(answer: Answer | Silence, asksForTokens: boolean): Outcome {
  if ('silence' in answer) return { unclear: 'no answer' };
  const { status, error, reason, namesAudience } = answer;
  if (status >= 200 && status < 300) return 'in';
  if (ACCEPTED.includes(error ?? '') || ACCEPTED.includes(reason ?? '')) return 'accepted';
  if (status === 403 && reason === 'client_not_authorized') return 'accepted';
  if (status === 401) return error === 'invalid_token' ? 'refused' : 'refused barely';
  if (status === 403) return namesAudience ? 'refused barely' : 'forbidden';
  if (status === 400 && error !== undefined) return 'refused barely';
  if (OBJECTIONS.includes(status)) return asksForTokens ? 'past' : { unclear: 'guard not reached' };
  if (status >= 300 && status < 400) return { unclear: 'redirect' };
  if (status === 404) return { unclear: 'not found' };
  if (status === 429) return { unclear: 'too many requests' };
  return { unclear: status >= 500 ? 'server error' : 'unusual status' };
}

/** RFC 6750 §3.1, RFC 9470 §3, and the reasons of this library: all of them come after the audience. */
const ACCEPTED = [
  'insufficient_scope',
  'insufficient_user_authentication',
  'scope_insufficient',
  'authentication_insufficient',
];

/** What is wrong with a request, and not with its token: where no token is 401, these are past the guard. */
const OBJECTIONS = [400, 405, 406, 409, 411, 415, 422, 428];
