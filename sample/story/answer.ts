/** What a service answered, as far as the story is concerned. */
export interface Answer {
  readonly status: number;
  /** Of a refusal: the `reason` in its body. */
  readonly reason?: string;
  /** Of a refusal: the `trace` in its body. */
  readonly trace?: string;
  /** Of a refusal: its `WWW-Authenticate`. */
  readonly challenge?: string;
  /** Of a success: its body; of an MCP tool: what it gave back. */
  readonly data?: unknown;
}

/** Sends a request, with a token or without, and reads the answer. */
export async function ask(url: string, token?: string, body?: object): Promise<Answer> {
  return answerOf(
    await fetch(url, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        ...(token !== undefined && { Authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }),
  );
}

/** Reads the answer of a response; its body is used up. */
export async function answerOf(response: Response): Promise<Answer> {
  const { status } = response;
  const text = await response.text();
  const data: unknown = text === '' ? undefined : JSON.parse(text);
  if (response.ok) return { status, data };
  const { reason, trace } = (data ?? {}) as { reason?: string; trace?: string };
  const challenge = response.headers.get('WWW-Authenticate');
  return {
    status,
    ...(reason !== undefined && { reason }),
    ...(trace !== undefined && { trace }),
    ...(challenge !== null && { challenge }),
  };
}
