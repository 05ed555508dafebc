import type { Check, Claims } from './check.js';

/** The client a token was issued to: `client_id` (RFC 9068 §2.2), else `azp`, else Okta's `cid`, Entra's `appid`. */
export function clientId({ client_id, azp, cid, appid }: Claims): string | undefined {
  if (typeof client_id === 'string') return client_id;
  if (typeof azp === 'string') return azp;
  if (typeof cid === 'string') return cid;
  return typeof appid === 'string' ? appid : undefined;
}

/** The client is one of those this service was told to serve. Reason: `client_not_authorized`. */
export function party(authorized: ReadonlySet<string>): Check {
  return ({ claims }) => {
    const client = clientId(claims);
    return client !== undefined && authorized.has(client) ? undefined : 'client_not_authorized';
  };
}
