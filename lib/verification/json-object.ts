/** Deeper or wider than this is an attack on whoever walks the claims. */
const MAX_DEPTH = 32;
const MAX_MEMBERS = 256;

/**
 * Parses a JSON object strictly: an object and nothing else (no byte order mark, no white space before it), no name
 * twice (RFC 7515 §4, RFC 7519 §4), bounded in depth and width. Nothing, if it is not that.
 *
 * The result is deeply frozen and has no prototype: a member called `__proto__` is a member.
 */
export function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  if (!text.startsWith('{')) return undefined;
  const members = countMembers(text);
  if (members === undefined || members > MAX_MEMBERS) return undefined;
  let parsed: object;
  try {
    parsed = JSON.parse(text) as object;
  } catch {
    return undefined;
  }
  const names = Object.keys(parsed);
  // JSON.parse keeps the last of two members with one name, in whatever spelling: then there are fewer than were written.
  if (names.length !== members) return undefined;
  const result = Object.create(null) as Record<string, unknown>;
  for (const name of names) result[name] = frozen((parsed as Record<string, unknown>)[name]);
  return Object.freeze(result);
}

/** How many members the outermost object was written with; nothing, if the text nests too deep. */
function countMembers(text: string): number | undefined {
  let depth = 0;
  let members = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case 0x22: // "
        at = endOfString(text, at);
        break;
      case 0x3a: // :
        if (depth === 1) members++;
        break;
      case 0x7b: // {
      case 0x5b: // [
        if (++depth > MAX_DEPTH) return undefined;
        break;
      case 0x7d: // }
      case 0x5d: // ]
        depth--;
        break;
    }
  }
  return members;
}

/** The index of the quotation mark that ends the string begun at `start`. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === 0x22) return at;
    if (char === 0x5c) at++;
  }
  return text.length;
}

function frozen(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  for (const each of Object.values(value)) frozen(each);
  return Object.freeze(value);
}
