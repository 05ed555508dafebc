import {
  UnauthorizedError,
  type OAuthClientProvider,
} from '@modelcontextprotocol/sdk/client/auth.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import {
  StreamableHTTPClientTransport,
  StreamableHTTPError,
} from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { answerOf, type Answer } from './answer.js';

/** How a client comes to a token: the SDK gets one, or it has one and sends that. */
export type Credentials = OAuthClientProvider | { readonly token: string };

/** The MCP SDK's client, with an ear on the line: what it does comes out as the answers it got over HTTP. */
export class McpSession {
  private readonly client = new Client({ name: 'story', version: '1.0.0' });
  private readonly transport: StreamableHTTPClientTransport;
  private readonly answers: { path: string; answer: Answer }[] = [];

  constructor(
    private readonly url: string,
    credentials: Credentials,
  ) {
    this.transport = new StreamableHTTPClientTransport(new URL(url), {
      fetch: this.listeningFetch,
      ...('token' in credentials
        ? { requestInit: { headers: { Authorization: `Bearer ${credentials.token}` } } }
        : { authProvider: credentials }),
    });
  }

  connect(): Promise<Answer> {
    return this.answerTo(() => this.client.connect(this.transport));
  }

  /** Gives the names of the tools. */
  listTools(): Promise<Answer> {
    return this.answerTo(async () => (await this.client.listTools()).tools.map(({ name }) => name));
  }

  /** Gives what the tool gave back. */
  callTool(name: string, input: Record<string, unknown> = {}): Promise<Answer> {
    return this.answerTo(async () => {
      const result = (await this.client.callTool({ name, arguments: input })) as CallToolResult;
      const [content] = result.content;
      return content?.type === 'text' ? (JSON.parse(content.text) as unknown) : undefined;
    });
  }

  /** Trades the code that a person came back with for a token. */
  async finishAuthorization(code: string): Promise<void> {
    await this.transport.finishAuth(code);
  }

  /** The paths asked so far, with the status of each: how the client found its way. */
  trail(): string {
    const steps = this.answers.map(({ path, answer }) => `${path}\u00a0${answer.status}`);
    return [...new Set(steps)].join(', ');
  }

  /** The first refusal by the MCP server. */
  firstRefusal(): Answer | undefined {
    return this.answers.map(({ answer }) => answer).find(({ reason }) => reason !== undefined);
  }

  async close(): Promise<void> {
    await this.client.close();
  }

  private async answerTo(action: () => Promise<unknown>): Promise<Answer> {
    try {
      const data = await action();
      return { status: 200, data };
    } catch (error) {
      const isRefusal = error instanceof StreamableHTTPError || error instanceof UnauthorizedError;
      const refusal = this.answers.findLast(({ answer }) => answer.reason !== undefined);
      if (isRefusal && refusal) return refusal.answer;
      throw error;
    }
  }

  private readonly listeningFetch = async (url: string | URL, init?: RequestInit) => {
    const response = await fetch(url, init);
    // The SDK also asks whether there is a stream to listen to, whenever it likes; that is no part of the story.
    const isStream = init?.method === 'GET' && String(url) === this.url;
    if (!isStream) {
      const { pathname } = new URL(url);
      this.answers.push({ path: pathname, answer: await answerOf(response.clone()) });
    }
    return response;
  };
}
