import { REJECTIONS, type RejectionReason } from './rejections.js';

/** One refusal: a row of the table, or the 403 form that a route's own client list gives it. */
export interface Rejection {
  readonly reason: RejectionReason;
  readonly status: number;
  readonly error?: string;
  readonly description: string;
}

/** The refusal for a reason, as the table has it. */
export function rejection(reason: RejectionReason): Rejection {
  return { reason, ...REJECTIONS[reason] };
}

/** A good token of a client that this one route does not serve: another token would not help, so 403 and not 401. */
export const CLIENT_FORBIDDEN: Rejection = {
  reason: 'client_not_authorized',
  status: 403,
  error: 'access_denied',
  description: 'The client is not authorized for this operation',
};

/** What is known of the token that was refused. */
export interface RefusedToken {
  /** Its issuer, if that is a trusted one. */
  readonly issuer?: string;
  /** Its client, if the signature is good. */
  readonly clientId?: string;
}

/** Why a token was refused. */
export interface Refusal extends RefusedToken {
  readonly reason: RejectionReason;
}

/** The JSON body of a refusal; `scope` where the missing scopes are the point. */
export interface RejectionBody {
  readonly statusCode: number;
  readonly error?: string;
  readonly error_description: string;
  readonly reason: RejectionReason;
  readonly scope?: string;
  /** By which an operator finds the refusal that a caller reports. */
  readonly trace: string;
}

/** The JSON body for a refusal. */
export function rejectionBody(
  { reason, status, error, description }: Rejection,
  routeScopes: readonly string[],
  trace: string,
): RejectionBody {
  return {
    statusCode: status,
    ...(error !== undefined && { error }),
    error_description: description,
    reason,
    ...(reason === 'scope_insufficient' &&
      routeScopes.length > 0 && { scope: routeScopes.join(' ') }),
    trace,
  };
}
