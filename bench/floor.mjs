import { verify } from 'node:crypto';

/**
 * The least that any verifier has to do: a ready KeyObject, the parts told apart and decoded; no claim is looked at.
 *
 * @param signer a `Signer`, or the public half of one
 * @returns the payload of a token whose signature is good
 */
export function floor({ publicKey, hash, parameters }) {
  // An object around the key would cost more than half a signature on Node 24.
  const key = Object.assign(structuredClone(publicKey), parameters);
  return (token) => {
    const [header, payload, signature] = token.split('.');
    const input = Buffer.from(`${header}.${payload}`, 'latin1');
    if (!verify(hash, input, key, Buffer.from(signature, 'base64url'))) throw new Error('refused');
    return Buffer.from(payload, 'base64url').toString();
  };
}
