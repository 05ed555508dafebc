import type { Note } from './verdict.js';

/** What a note means, and what to do about it. */
export interface NoteText {
  /** Goes on after the name of a service: `tickets …`. */
  readonly says: string;
  readonly remedy: string;
}

export const NOTES: Readonly<Record<Note, NoteText>> = {
  'own token refused': {
    says: 'refuses its own token',
    remedy:
      'Get it a token that it lets in: see the reason, or ask audience-auth inspect. A service that refuses everything proves nothing.',
  },
  'own token lacks a right': {
    says: 'does not allow its own token this request',
    remedy: 'Get the token with the scope that the URL needs, or name a URL that needs less.',
  },
  'neighbour refused': {
    says: 'refuses a token of a service that has the same audience in the file',
    remedy: 'If they are two, give each its audience; if they are one, compare their settings.',
  },
  'test issuer not trusted': {
    says: 'does not let in a good token of the test issuer, so that hostile ones prove nothing',
    remedy:
      'Where it runs for tests, have it trust that issuer beside its own, with the public half of the key and the same audience.',
  },
  'lacks a right': {
    says: 'has accepted the token, which only lacks a right',
    remedy: 'Who may what comes after for whom the token is (RFC 6750 §3.1): check aud first.',
  },
  'past the guard': {
    says: 'objects to the request, and not to the token',
    remedy: 'Nothing: without a token it answers 401, so this comes after its guard.',
  },
  forbidden: {
    says: 'answers 403, which does not tell whether the token was taken for its own',
    remedy:
      'Have it answer 401 invalid_token to a token for others (RFC 6750 §3.1), or give the clients in the file every scope that the URL needs, so that only the audience can make the difference.',
  },
  'bare refusal': {
    says: 'refuses without saying invalid_token',
    remedy:
      'Have it answer 401 with WWW-Authenticate: Bearer error="invalid_token" (RFC 6750 §3.1), or clients do not know that another token would help.',
  },
  'guard not reached': {
    says: 'objects to the request before it asks for a token',
    remedy: 'Name a URL and a method that it answers.',
  },
  'proves nothing': {
    says: 'refuses the token, which proves nothing',
    remedy:
      'A refusal counts if the token is let in at its own service, and if the service lets its own token in.',
  },
  'no answer': {
    says: 'does not answer',
    remedy: 'Check the URL, and whether the service runs and can be reached from here.',
  },
  'not asked': {
    says: 'was not asked any more, after it had not answered',
    remedy: 'Check the URL, and whether the service runs and can be reached from here.',
  },
  redirect: {
    says: 'redirects, and no token is sent to where the file does not say',
    remedy: 'Name the URL that it redirects to, or one that answers by itself.',
  },
  'not found': {
    says: 'answers 404',
    remedy: 'Name a URL that exists, and needs a token.',
  },
  'too many requests': {
    says: 'answers 429: too many requests',
    remedy: 'Try again later, with --concurrency 1.',
  },
  'server error': {
    says: 'answers with an error of its own',
    remedy: 'Look into its log; it may not get at the keys of the issuer.',
  },
  'unusual status': {
    says: 'answers with a status that says nothing about the token',
    remedy: 'Name another URL, or another method.',
  },
};
