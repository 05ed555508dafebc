import type { RejectionReason } from './rejections.js';

/**
 * A refusal, as an operator gets to know it: in `onRejection`, on the channel `nestjs-audience-auth:rejection` of
 * `node:diagnostics_channel`, and in the log. Frozen. Never holds a token or a part of one.
 *
 * @example
 * ```ts
 * import { AudienceAuthModule, type RejectionEvent } from 'nestjs-audience-auth';
 *
 * export const auth = AudienceAuthModule.forRoot({
 *   issuer: 'https://auth.example.com',
 *   audience: 'https://tickets.example.com/v1/mcp',
 *   onRejection: ({ reason, route, clientId, trace }: RejectionEvent) => {
 *     console.warn('refused', { reason, route, clientId, trace });
 *   },
 * });
 * ```
 */
export interface RejectionEvent {
  /** Why: a key of `REJECTIONS`. */
  readonly reason: RejectionReason;
  /** The HTTP status of the answer. */
  readonly status: number;
  /** The random id that stands in the body of the answer, too: twelve hexadecimal digits. */
  readonly trace: string;
  /** The handler that was asked for, as `Controller.method`; none for the `AccessTokenVerifier`. */
  readonly route?: string;
  /** The issuer that the token names, if it is one of those trusted here; before the signature is verified, a claim only. */
  readonly issuer?: string;
  /** The client that the token was issued to; only if the signature is good. */
  readonly clientId?: string;
}
