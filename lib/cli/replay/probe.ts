import { parseCompactJws } from '../../verification/compact-jws.js';
import type { Service } from './fleet.js';

/** What is sent to the services: a row of the matrix. */
export type Probe =
  | {
      readonly kind: 'own';
      readonly name: string;
      /** The service whose token it is. */
      readonly of: Service;
      readonly token: string;
    }
  | { readonly kind: 'none'; readonly name: string; readonly token?: undefined }
  | { readonly kind: 'garbage'; readonly name: string; readonly token: string }
  | {
      /** What the test issuer signed for each service: good, or good but for one thing. */
      readonly kind: 'control' | 'hostile';
      readonly name: string;
      readonly tokens: ReadonlyMap<Service, string>;
    };

/** No token at all, and one that is none. */
export const WITHOUT_TOKEN: readonly Probe[] = [
  { kind: 'none', name: 'no token' },
  { kind: 'garbage', name: 'garbage', token: 'not-a-token' },
];

/** Whether there is anything to send to a service. */
export function concerns(probe: Probe, service: Service): boolean {
  return !('tokens' in probe) || probe.tokens.has(service);
}

export function tokenFor(probe: Probe, service: Service): string | undefined {
  return 'tokens' in probe ? probe.tokens.get(service) : probe.token;
}

/** Whether a service is the one that a token is for, or another of the same audience. */
export function isFor(probe: Probe, service: Service): boolean {
  if (probe.kind !== 'own') return false;
  const { of } = probe;
  return of === service || (of.audience !== undefined && of.audience === service.audience);
}

/** Whether a token says of itself, in `aud`, that it is for a service; as far as it can be read, and is not a lie. */
export function namesInAudience(probe: Probe, { audience }: Service): boolean {
  if (probe.kind !== 'own' || audience === undefined) return false;
  const jws = parseCompactJws(probe.token, new Map());
  if (typeof jws === 'string') return false;
  const { aud } = jws.claims;
  return aud === audience || (Array.isArray(aud) && aud.includes(audience));
}
