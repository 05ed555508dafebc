import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { checkFault, type Fault } from './fault.js';

/** The documents that an authorization server publishes: its keys, and the metadata that tells where they are. */
export type PublishedDocument = 'jwks' | 'metadata';

/** What stands in each document when it is asked for. */
export type Documents = Readonly<Record<PublishedDocument, () => object>>;

export const JWKS_PATH = '/jwks';

/** RFC 8414 §3.1, OpenID Connect Discovery §4.1. */
const METADATA_PATHS = [
  '/.well-known/oauth-authorization-server',
  '/.well-known/openid-configuration',
];

/** Publishes the documents of an authorization server on 127.0.0.1, and counts who asks. */
export class DocumentServer {
  private readonly server = createServer((request, response) => this.answer(request, response));
  private readonly faults = new Map<PublishedDocument, Fault>();
  private readonly asked = { jwks: 0, metadata: 0 };
  private readonly besides = new Map<string, string>();

  constructor(
    private port: number,
    private readonly documents: Documents,
  ) {}

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    if (this.server.listening) {
      throw new Error('The server listens already. Call start() only after stop().');
    }
    this.server.listen(this.port, '127.0.0.1');
    try {
      await once(this.server, 'listening');
    } catch (cause) {
      throw new Error(
        `The test authorization server cannot listen at 127.0.0.1:${this.port}. Stop what listens there, or give another port.`,
        { cause },
      );
    }
    this.port = (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    if (!this.server.listening) return;
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  fail(document: PublishedDocument, fault: Fault): void {
    checkDocument(document);
    checkFault(fault);
    this.faults.set(document, fault);
  }

  recover(): void {
    this.faults.clear();
  }

  requests(document: PublishedDocument): number {
    checkDocument(document);
    return this.asked[document];
  }

  /** Answers one more path, with this text, whatever goes on with the documents. */
  publish(path: string, text: string): string {
    this.besides.set(path, text);
    return this.origin + path;
  }

  private answer({ url = '' }: IncomingMessage, response: ServerResponse): void {
    const beside = this.besides.get(url);
    if (beside !== undefined) return answerJson(beside, response);
    const document = documentAt(url);
    if (document === undefined) return void response.writeHead(404).end();
    this.asked[document]++;
    const fault = this.faults.get(document);
    if (fault) play(fault, response);
    else answerJson(JSON.stringify(this.documents[document]()), response);
  }
}

function documentAt(path: string): PublishedDocument | undefined {
  if (path === JWKS_PATH) return 'jwks';
  return METADATA_PATHS.includes(path) ? 'metadata' : undefined;
}

function checkDocument(name: unknown): void {
  if (name !== 'jwks' && name !== 'metadata') {
    throw new TypeError(`${JSON.stringify(name)} is no document. Give 'jwks' or 'metadata'.`);
  }
}

/** The request of a fault that hangs is never answered. */
function play(fault: Fault, response: ServerResponse): void {
  if ('status' in fault) response.writeHead(fault.status).end();
  if ('body' in fault) answerJson(fault.body, response);
}

function answerJson(text: string, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(text);
}
