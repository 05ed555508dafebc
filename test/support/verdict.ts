import {
  AccessTokenRejection,
  AccessTokenVerifier,
  type RejectionReason,
} from 'nestjs-audience-auth';
import { ANSWERS, expectRejection, type Expected } from './expect-rejection.js';
import type { ResourceServer } from './resource-server.js';

export const LET_IN = 'let in';

/** The token was let in, or why it was not; a bare status, where the answer is none of the promised ones. */
export type Verdict = typeof LET_IN | RejectionReason | `status ${number}`;

/** What a service answers to a token over HTTP. That a refusal is the promised one, to the last byte, is checked here. */
export async function answer(
  service: ResourceServer,
  token: string,
  { path = '/plain', ...expected }: Expected & { readonly path?: string } = {},
): Promise<Verdict> {
  const response = await service.request(path, { token });
  return verdictIn(response, expected);
}

/** What an answer says; see {@link answer}. */
export async function verdictIn(response: Response, expected: Expected = {}): Promise<Verdict> {
  if (response.ok) return LET_IN;
  const reason = reasonIn(await response.clone().text());
  if (reason === undefined) return `status ${response.status}`;
  await expectRejection(response, reason, expected);
  return reason;
}

/** What a service's verifier says of a token that no HTTP header can hold. */
export async function verdict({ app }: ResourceServer, token: string): Promise<Verdict> {
  try {
    await app.get(AccessTokenVerifier).verify(token);
    return LET_IN;
  } catch (error) {
    if (error instanceof AccessTokenRejection) return error.reason;
    throw error;
  }
}

function reasonIn(body: string): RejectionReason | undefined {
  try {
    const { reason } = JSON.parse(body) as { reason?: unknown };
    return Object.keys(ANSWERS).find((each): each is RejectionReason => each === reason);
  } catch {
    return undefined;
  }
}
