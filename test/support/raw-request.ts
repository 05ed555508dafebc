import { connect } from 'node:net';

/**
 * Sends a request whose header lines are exactly these, byte for byte (latin1), over a connection of its own: what an
 * HTTP client would mend or refuse to send.
 */
export async function rawRequest(
  url: string,
  headerLines: readonly string[],
  { method = 'GET', body = '' } = {},
): Promise<Response> {
  const { hostname, port, pathname, search } = new URL(url);
  const lines = [
    `${method} ${pathname}${search} HTTP/1.1`,
    ...(headerLines.some((line) => /^host:/i.test(line)) ? [] : [`Host: ${hostname}`]),
    'Connection: close',
    ...(body === '' ? [] : [`Content-Length: ${Buffer.byteLength(body, 'latin1')}`]),
    ...headerLines,
  ];
  const socket = connect(Number(port), hostname);
  socket.write(Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`, 'latin1'));
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  return parsed(Buffer.concat(chunks).toString('latin1'));
}

function parsed(text: string): Response {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const [statusLine = '', ...lines] = head.split('\r\n');
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1).trim()];
  });
  const status = Number(statusLine.split(' ')[1]);
  return new Response(status === 204 ? null : rest.join('\r\n\r\n'), { status, headers });
}
