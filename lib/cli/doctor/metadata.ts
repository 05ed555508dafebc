import { discoverJwksUri, metadataUrls } from '../../keys/discovery.js';
import { nameOf, quoted, type JsonDocument } from '../../keys/json-document.js';
import { isSecureUrl } from '../../keys/secure-url.js';
import { ask, jsonObject, type Answer } from '../client/ask.js';
import { EXIT, Failure } from '../failure.js';
import type { Finding } from '../findings.js';
import { nearMiss } from '../inspect/near-miss.js';

/** The metadata of an authorization server (RFC 8414 §2), as it publishes it. */
export interface Metadata {
  /** Where it was found first. */
  readonly url: string;
  readonly document: Readonly<Record<string, unknown>>;
  readonly jwksUri: string;
}

/** What was found out about it; no metadata, if there is none that a service could use. */
export interface Discovery {
  readonly findings: readonly Finding[];
  readonly metadata?: Metadata;
  /** The answers, for whatever else they tell. */
  readonly answers: readonly Answer[];
}

/** A document at one of the well-known places, or why there is none. */
interface Place {
  readonly answer: Answer;
  readonly document?: Readonly<Record<string, unknown>>;
  readonly failure?: Failure;
}

/**
 * Asks for the metadata at every place where it may be (RFC 8414 §3.1, §5; OpenID Connect Discovery §4).
 *
 * @throws Failure if the server cannot be reached, or answers at none of them with JSON
 */
export async function discover(issuer: string, step: (text: string) => void): Promise<Discovery> {
  const places: Place[] = [];
  for (const url of metadataUrls(issuer)) {
    step(`asking for ${nameOf(url)}`);
    places.push(placeOf(await ask({ url })));
  }
  const answers = places.map(({ answer }) => answer);
  const found = places.flatMap(({ answer, document }) =>
    document === undefined ? [] : [{ url: answer.url, document }],
  );
  if (found.length === 0) throw nothingFound(issuer, places);

  const findings = [
    ...places.map((place) => findingOf(place, issuer, found.length)),
    ...identity(issuer),
  ];
  const asLibrary = new Map(
    places.map(({ answer, document }) => [answer.url, asDocument(answer, document)]),
  );
  const own = found.find(({ document }) => document.issuer === issuer);
  try {
    const get = async (url: string): Promise<JsonDocument> => asLibrary.get(url) ?? { status: 404 };
    const jwksUri = await discoverJwksUri(issuer, true, get);
    return { answers, findings, ...(own && { metadata: { ...own, jwksUri } }) };
  } catch (error) {
    const finding: Finding = {
      level: 'problem',
      title: 'a service would find no keys of this issuer',
      detail: (error as Error).message,
    };
    return { answers, findings: [...findings, finding] };
  }
}

function placeOf(answer: Answer): Place {
  if (answer.status !== 200) return { answer };
  try {
    return { answer, document: jsonObject(answer) };
  } catch (failure) {
    return { answer, failure: failure as Failure };
  }
}

function asDocument({ status }: Answer, json: unknown): JsonDocument {
  return status === 200 ? { status, json, maxAgeMs: undefined } : { status };
}

function nothingFound(issuer: string, places: readonly Place[]): Failure {
  const failure = places.find((place) => place.failure !== undefined)?.failure;
  const statuses = places.map(({ answer }) => `${nameOf(answer.url)} answered ${answer.status}`);
  return (
    failure ??
    new Failure(
      EXIT.protocol,
      `there is no metadata of an authorization server at ${nameOf(issuer)}: ${statuses.join(', ')}`,
      'Give the issuer identifier, exactly as it stands in "iss".',
    )
  );
}

function findingOf(
  { answer, document, failure }: Place,
  issuer: string,
  alternatives: number,
): Finding {
  const where = nameOf(answer.url);
  if (document === undefined) {
    const title = failure?.what ?? `${where} answers ${answer.status}`;
    if (answer.status >= 500)
      return {
        level: 'problem',
        title,
        remedy:
          'A service stops there, since that place comes first: let it answer 404 if it holds nothing.',
      };
    return failure
      ? { level: 'warning', title, remedy: 'Let it answer 404.' }
      : { level: 'ok', title };
  }
  const said = document.issuer;
  if (said === issuer) return { level: 'ok', title: `${where} is the metadata of this issuer` };
  const near = typeof said === 'string' ? nearMiss(said, issuer) : undefined;
  return {
    level: alternatives > 1 ? 'warning' : 'problem',
    title: `${where} says that its issuer is ${quoted(said)}`,
    detail:
      near === undefined
        ? `${quoted(issuer)} was asked for`
        : `${quoted(issuer)} was asked for, and it ${near}`,
    remedy:
      'RFC 8414 §3.3: such metadata must not be used. If that issuer is meant, write exactly that, here and in forRoot.',
  };
}

function identity(issuer: string): Finding[] {
  if (isSecureUrl(issuer, false)) return [];
  return [
    {
      level: 'problem',
      title: 'the issuer is reached over http',
      remedy:
        'Whoever can change the traffic can mint tokens. Use https; allowInsecureHttp is for development.',
    },
  ];
}
