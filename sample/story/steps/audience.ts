import type { Answer } from '../answer.js';
import { ask } from '../answer.js';
import type { Chapter } from '../step.js';
import type { World } from '../world.js';

/** Who is let in: the right token, at the right service. */
export function theRightToken({ addresses, tokens }: World): Chapter {
  const { tickets, codeSearch } = addresses;
  return {
    title: 'The right token',
    steps: [
      {
        request: 'GET tickets /tickets',
        token: 'for tickets, tickets:read',
        send: () => ask(`${tickets}/tickets`, tokens.tickets),
        status: 200,
        why: (answer) => `minted for tickets and allowed to read: ${count(answer)} tickets`,
      },
      {
        request: 'GET code-search /search',
        token: 'for code-search, code:search',
        send: () => ask(`${codeSearch}/search?q=audience`, tokens.codeSearch),
        status: 200,
        why: (answer) =>
          `the same client, with another token for this service: ${count(answer)} hits`,
      },
      {
        request: 'GET tickets /tickets',
        token: 'for both, as an array',
        send: () => ask(`${tickets}/tickets`, tokens.both),
        status: 200,
        why: 'aud is a list and tickets is on it (RFC 7519 §4.1.3)',
      },
      {
        request: 'GET tickets /health',
        token: 'none',
        send: () => ask(`${tickets}/health`),
        status: 200,
        why: ({ data }) =>
          `@Public() says that this one route needs no token; the signing keys are ${keysIn(data)}`,
      },
    ],
  };
}

/** Who is not: a token that is genuine and valid, and was minted for somebody else. */
export function theWrongToken({ addresses, tokens }: World): Chapter {
  const { tickets, codeSearch } = addresses;
  return {
    title: 'The wrong token',
    steps: [
      {
        request: 'GET tickets /tickets',
        token: 'none',
        send: () => ask(`${tickets}/tickets`),
        status: 401,
        reason: 'token_missing',
        why: ({ challenge }) => challenge ?? 'without a challenge, a client cannot know what to do',
      },
      {
        request: 'GET code-search /search',
        token: 'for tickets',
        send: () => ask(`${codeSearch}/search?q=audience`, tokens.tickets),
        status: 401,
        reason: 'audience_mismatch',
        why: ({ trace }) =>
          `signature, issuer and expiry are in order; aud says tickets. By its trace, ${trace}, an operator finds it`,
      },
      {
        request: 'GET tickets /tickets',
        token: 'for code-search',
        send: () => ask(`${tickets}/tickets`, tokens.codeSearch),
        status: 401,
        reason: 'audience_mismatch',
        why: 'and the other way round',
      },
      {
        request: 'GET tickets /tickets',
        token: 'for nobody: no aud',
        send: () => ask(`${tickets}/tickets`, tokens.none),
        status: 401,
        reason: 'audience_missing',
        why: 'what is minted for nobody in particular would work everywhere',
      },
      {
        request: 'GET tickets /tickets',
        token: 'an ID token',
        send: () => ask(`${tickets}/tickets`, tokens.id),
        status: 401,
        reason: 'audience_mismatch',
        why: 'an ID token tells an application who signed in: aud is the application',
      },
      {
        request: 'GET tickets /tickets',
        token: 'an ID token, aud tickets',
        send: () => ask(`${tickets}/tickets`, tokens.namesakeId),
        status: 401,
        reason: 'token_kind_unexpected',
        why: 'the application goes by the name of its API, so aud fits; it is no access token still',
      },
      {
        request: 'GET code-search /search',
        token: 'for tickets, aud rewritten',
        send: () =>
          ask(`${codeSearch}/search?q=audience`, withAudience(tokens.tickets, codeSearch)),
        status: 401,
        reason: 'signature_invalid',
        why: 'the signature covers aud, so nobody but the authorization server can write it',
      },
    ],
  };
}

/** A good token that allows too little: 403, and what would be needed. */
export function tooLittleScope({ addresses, tokens }: World): Chapter {
  const { tickets } = addresses;
  const ticket = { title: 'Written by the story' };
  return {
    title: 'The right token, allowed too little',
    steps: [
      {
        request: 'POST tickets /tickets',
        token: 'for tickets, tickets:read',
        send: () => ask(`${tickets}/tickets`, tokens.tickets, ticket),
        status: 403,
        reason: 'scope_insufficient',
        why: ({ challenge = '' }) => challenge,
      },
      {
        request: 'POST tickets /tickets',
        token: 'for tickets, tickets:write too',
        send: () => ask(`${tickets}/tickets`, tokens.ticketsWrite, ticket),
        status: 201,
        why: ({ data }) => `written: ${JSON.stringify(data)}`,
      },
    ],
  };
}

function count({ data }: Answer): number {
  return Array.isArray(data) ? data.length : 0;
}

/** What @nestjs/terminus says of them. */
function keysIn(data: Answer['data']): string {
  const { details } = data as { details: Record<string, { status: string }> };
  return details['signing-keys']?.status ?? 'not mentioned';
}

/** What a forger would try. */
function withAudience(token: string, service: string): string {
  const [header, payload = '', signature] = token.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
  const forged = JSON.stringify({ ...claims, aud: `${service}/mcp` });
  return [header, Buffer.from(forged).toString('base64url'), signature].join('.');
}
