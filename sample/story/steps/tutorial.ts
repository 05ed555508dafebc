import type { Hit } from '../../code-search/code-search.service.js';
import type { Ticket } from '../../tickets/tickets.service.js';
import { ask, type Answer } from '../answer.js';
import type { Chapter, Step } from '../step.js';
import type { World } from '../world.js';

/** The same services behind passport-jwt as tutorials set it up, and beside it what this library answers. */
export function theTutorials({ addresses, tokens }: World): Chapter {
  const search = '/search?q=audience';
  const { tickets, codeSearch, tutorialTickets, tutorialCodeSearch } = addresses;
  return {
    title: 'The same services as tutorials set them up: passport-jwt, and no audience',
    steps: [
      {
        request: 'GET tutorial tickets /tickets',
        token: 'for tickets',
        send: () => ask(`${tutorialTickets}/tickets`, tokens.tickets),
        status: 200,
        why: 'works, and all tests are green',
      },
      {
        request: 'GET tutorial code-search /search',
        token: 'for tickets',
        send: () => ask(tutorialCodeSearch + search, tokens.tickets),
        status: 200,
        leak: true,
        why: ({ data }) => `the tickets token walks in and is given the code: ${firstHit(data)}`,
      },
      refused('GET code-search /search', codeSearch + search, tokens.tickets, 'for tickets'),
      {
        request: 'GET tutorial tickets /tickets',
        token: 'for code-search',
        send: () => ask(`${tutorialTickets}/tickets`, tokens.codeSearch),
        status: 200,
        leak: true,
        why: ({ data }) => `a token for searching code reads the tickets: ${titles(data)}`,
      },
      refused('GET tickets /tickets', `${tickets}/tickets`, tokens.codeSearch, 'for code-search'),
      {
        request: 'GET tutorial tickets /tickets',
        token: 'an ID token',
        send: () => ask(`${tutorialTickets}/tickets`, tokens.id),
        status: 200,
        leak: true,
        why: 'so every application that Alice ever signed in to can read the tickets',
      },
      refused('GET tickets /tickets', `${tickets}/tickets`, tokens.id, 'an ID token'),
    ],
  };
}

function refused(request: string, url: string, token: string, called: string): Step {
  return {
    request,
    token: called,
    send: () => ask(url, token),
    status: 401,
    reason: 'audience_mismatch',
    why: 'with this library',
  };
}

function firstHit(data: Answer['data']): string {
  const [hit] = data as Hit[];
  return hit ? `${hit.path}:${hit.line} ${hit.text}` : 'nothing found';
}

function titles(data: Answer['data']): string {
  return (data as Ticket[]).map(({ title }) => title).join('; ');
}
