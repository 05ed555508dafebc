import { boundedFetch, boundedText, nameOf } from '../../keys/json-document.js';
import { EXIT, Failure } from '../failure.js';

/** What a server is asked. */
export interface Question {
  readonly url: string;
  /** @default 'GET' */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as a form (RFC 6749 §3.2). */
  readonly form?: URLSearchParams;
}

/** What it said. */
export interface Answer {
  readonly url: string;
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

const TIMEOUT_MS = 10_000;
const MAX_BYTES = 1024 * 1024;

/**
 * Sends one request and reads its answer, whatever its status. Redirects are not followed: what was sent is for this
 * server only.
 *
 * @param timeoutMs until the last byte of the answer
 * @throws Failure if there is no answer: its line names the URL without query, and says what is the matter
 */
export async function ask(
  { url, method = 'GET', headers = {}, form }: Question,
  timeoutMs = TIMEOUT_MS,
): Promise<Answer> {
  const bounds = { timeoutMs, maxResponseBytes: MAX_BYTES, fetch: globalThis.fetch };
  const init = { method, headers: { accept: 'application/json', ...headers }, body: form ?? null };
  try {
    return await boundedFetch(
      url,
      init,
      bounds,
      new AbortController().signal,
      async (response) => ({
        url,
        status: response.status,
        headers: response.headers,
        body: await boundedText(response, MAX_BYTES),
      }),
    );
  } catch (error) {
    throw noAnswer(url, error as Error);
  }
}

/**
 * The JSON object in an answer.
 *
 * @throws Failure that says what is there instead; HTML is the usual one
 */
export function jsonObject({
  url,
  status,
  headers,
  body,
}: Answer): Readonly<Record<string, unknown>> {
  const json = parsed(body);
  if (typeof json === 'object' && json !== null && !Array.isArray(json))
    return json as Readonly<Record<string, unknown>>;
  const isHtml =
    /^\s*<(?:!doctype|html|head|body)/i.test(body) ||
    /\bhtml\b/i.test(headers.get('content-type') ?? '');
  throw new Failure(
    EXIT.protocol,
    `${nameOf(url)} answered ${status} with ${isHtml ? 'HTML' : body === '' ? 'nothing' : json === undefined ? 'something that is no JSON' : 'JSON that is no object'}, where a JSON object has to be`,
    isHtml
      ? 'A sign-in page, a proxy or a web application answers there: check host and path.'
      : 'Check host and path.',
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** What the user is told of a request that was not answered. */
export function noAnswer(url: string, error: Error): Failure {
  const { host, hostname, protocol } = new URL(url);
  const code = codeOf(error);
  const fail = (what: string, remedy: string, exitCode: 2 | 69 = EXIT.undecided): Failure =>
    new Failure(exitCode, what, remedy, { cause: error });
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return fail(
      `the host ${hostname} has no address (${code})`,
      'Check its spelling, and the DNS of this machine.',
    );
  if (code === 'ECONNREFUSED')
    return fail(`${host} refuses connections`, 'Check the port, and whether the server runs.');
  if (protocol === 'https:' && TLS.test(code ?? ''))
    return fail(
      `the TLS connection to ${host} failed (${code})`,
      remedyForTls(code ?? ''),
      EXIT.tls,
    );
  return fail(error.message, 'Check whether the server can be reached from here.');
}

/** The codes of OpenSSL and of Node's own checks of certificates. */
const TLS =
  /^(?:ERR_SSL_|ERR_TLS_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|EPROTO$|HOSTNAME_MISMATCH$|INVALID_)/;

function remedyForTls(code: string): string {
  if (code.includes('EXPIRED')) return 'Its certificate has expired: have it renewed.';
  if (code.includes('ALTNAME') || code === 'HOSTNAME_MISMATCH')
    return 'Its certificate is for another host: check the host, or have a certificate made for it.';
  if (code.startsWith('ERR_SSL_') || code === 'EPROTO')
    return 'Perhaps it speaks http on this port, or an old version of TLS.';
  return 'If its certificate comes from an authority of your own, name that in NODE_EXTRA_CA_CERTS.';
}

/** The first code on the way to what really went wrong. */
function codeOf(error: unknown): string | undefined {
  for (let each = error; each instanceof Error; each = each.cause) {
    const { code } = each as { code?: unknown };
    if (typeof code === 'string') return code;
    if (each instanceof AggregateError) return codeOf(each.errors[0]);
  }
  return undefined;
}
