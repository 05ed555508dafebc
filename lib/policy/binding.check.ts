import type { Check } from './check.js';

/**
 * RFC 7800 §3.1, RFC 9449 §7.2: a token that is bound to a key (`cnf`) is worth nothing without proof of that key, and
 * nothing here can ask for the proof. Taken as a plain bearer token it would lose the protection it was issued with.
 * Reason: `proof_required`.
 */
export const binding: Check = ({ claims }) => ('cnf' in claims ? 'proof_required' : undefined);
