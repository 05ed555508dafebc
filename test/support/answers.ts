import type { IncomingMessage, ServerResponse } from 'node:http';

/** How a server answers a path. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => unknown;

export function json(value: unknown): Answer {
  return body(JSON.stringify(value));
}

export function body(content: string | Buffer, headers: Record<string, string> = {}): Answer {
  return (_request, response) =>
    response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(content);
}

export function status(code: number, headers: Record<string, string> = {}): Answer {
  return (_request, response) => response.writeHead(code, headers).end();
}

/** Accepts the request and never answers. */
export const hang: Answer = () => undefined;

/** Begins to answer and never ends. */
export const stall: Answer = (_request, response) =>
  response.writeHead(200, { 'content-type': 'application/json' }).write('{"keys":');

/** Answers byte by byte, and never ends. */
export const drip: Answer = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  const dripping = setInterval(() => response.write(' '), 2);
  response.once('close', () => clearInterval(dripping));
};

/** Drops the connection. */
export const hangUp: Answer = (request) => request.socket.destroy();

/** Keeps the answers back until the test releases them. */
export class Held {
  private readonly waiting: (() => unknown)[] = [];

  constructor(private readonly then: Answer) {}

  readonly answer: Answer = (request, response) =>
    this.waiting.push(() => this.then(request, response));

  release(): void {
    for (const answer of this.waiting.splice(0)) answer();
  }
}
