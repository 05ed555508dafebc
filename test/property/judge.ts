import { setImmediate } from 'node:timers/promises';
import {
  AccessTokenRejection,
  AccessTokenVerifier,
  type AccessToken,
  type RejectionReason,
} from 'nestjs-audience-auth';
import type { Deployment } from '../support/deployment.js';

/** The token as it is let in, or why it is not; anything but a refusal is thrown. */
export async function judge(
  { service }: Deployment,
  token: string,
): Promise<AccessToken | RejectionReason> {
  // Thousands of tokens that wait for nothing would otherwise be one turn of the event loop.
  await setImmediate();
  try {
    return await service.app.get(AccessTokenVerifier).verify(token);
  } catch (error) {
    if (error instanceof AccessTokenRejection) return error.reason;
    throw error;
  }
}
