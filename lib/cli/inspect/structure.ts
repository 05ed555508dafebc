import { base64url } from '../../verification/base64url.js';
import { parseObject } from '../../verification/json-object.js';

/** What can be said of a string that is no signed JWT. Nothing of the string itself is in `detail`. */
export interface StructureFault {
  readonly detail?: string;
  readonly header?: Readonly<Record<string, unknown>>;
  readonly claims?: Readonly<Record<string, unknown>>;
}

/** Why a string could not be taken apart, and what can be read of it all the same. */
export function structureFault(token: string): StructureFault {
  if (token.startsWith('{'))
    return {
      detail: 'this is JSON, perhaps the answer of a token endpoint; give only its access_token',
    };
  if (/\s/.test(token)) return { detail: 'there is white space in it' };
  const parts = token.split('.');
  if (parts.length === 5)
    return {
      detail: 'it has five parts: an encrypted token (JWE), which only its recipient can read',
    };
  if (parts.length === 1)
    return {
      detail: 'it has no dots: an opaque token, which only the authorization server can read',
    };
  if (parts.length !== 3)
    return { detail: `it has ${parts.length} parts, and a signed JWT has three` };
  const [header, claims] = parts.map(objectIn);
  const fault = parts.map(faultOf).find((each) => each !== undefined);
  return {
    ...(fault !== undefined && { detail: fault }),
    ...(header && { header }),
    ...(claims && { claims }),
  };
}

function objectIn(part: string): Readonly<Record<string, unknown>> | undefined {
  const bytes = base64url(part);
  return bytes && parseObject(bytes.toString('utf8'));
}

const NAMES = ['header', 'payload', 'signature'];

function faultOf(part: string, index: number): string | undefined {
  const name = `the ${NAMES[index]}`;
  if (part.includes('=')) return `${name} is padded with =, which base64url in a token is not`;
  if (/[+/]/.test(part)) return `${name} is written in base64, with + or /, and not in base64url`;
  if (base64url(part) === undefined)
    return `${name} is not canonical base64url: something was cut off or changed`;
  if (index < 2 && objectIn(part) === undefined)
    return `${name} is no JSON object, or has a name twice, or too many members`;
  return undefined;
}
