import { once } from 'node:events';
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';

/** One connection to a server, over which requests go one after another. */
export class Connection {
  /** The sockets that were used: one, unless the server has closed the connection in between. */
  readonly sockets = new Set<Socket>();
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 });

  async get(url: string, headers: Record<string, string> = {}): Promise<Response> {
    const request = httpRequest(url, { agent: this.agent, headers });
    request.once('socket', (socket) => this.sockets.add(socket));
    const answered = once(request, 'response') as Promise<[IncomingMessage]>;
    request.end();
    const [message] = await answered;
    return new Response(await text(message), {
      status: message.statusCode ?? 0,
      headers: message.headers as Record<string, string>,
    });
  }

  close(): void {
    this.agent.destroy();
  }
}
