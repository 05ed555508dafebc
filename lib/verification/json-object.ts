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
  const places: Name[] | undefined = text.includes('\\') ? [] : undefined;
  const members = countMembers(text, places);
  if (members === undefined || members > MAX_MEMBERS) return undefined;
  let parsed: Record<string, unknown>;
  try {
    parsed = places?.some(isEscapedIn(text)) ? parseApart(text, places) : parse(text);
  } catch {
    return undefined;
  }
  const names = Object.keys(parsed);
  // Of two members with one name, in whatever spelling, one was lost: there are fewer than were written.
  if (names.length !== members) return undefined;
  // Unlike Object.create(null), which makes a dictionary, this keeps the layout that all tokens of an issuer share.
  const result = Object.setPrototypeOf({}, null) as Record<string, unknown>;
  for (const name of names) {
    freeze(parsed[name]);
    result[name] = parsed[name];
  }
  return Object.freeze(result);
}

function parse(text: string): Record<string, unknown> {
  return JSON.parse(text) as Record<string, unknown>;
}

/** From the quotation mark that opens a name to behind the one that closes it. */
type Name = readonly [start: number, end: number];

function isEscapedIn(text: string): (name: Name) => boolean {
  return ([start, end]) => text.slice(start, end).includes('\\');
}

/**
 * Parses each name by itself. The JSON.parse of Node 24 may take an escaped name for one that other JSON, parsed
 * before, had in its place (nodejs/node#63785), and whoever sends tokens sends that, too.
 */
function parseApart(text: string, names: readonly Name[]): Record<string, unknown> {
  let numbered = '';
  let rest = 0;
  for (const [index, [start, end]] of names.entries()) {
    numbered += `${text.slice(rest, start)}"${index}"`;
    rest = end;
  }
  const values = parse(numbered + text.slice(rest));
  return Object.fromEntries(
    names.map(([start, end], index) => [JSON.parse(text.slice(start, end)), values[index]]),
  ) as Record<string, unknown>;
}

/**
 * How many members the outermost object was written with; nothing, if the text nests too deep.
 *
 * @param names where the members' names are put
 */
function countMembers(text: string, names?: Name[]): number | undefined {
  let start = 0;
  let end = 0;
  let depth = 0;
  let members = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case 0x22: // "
        start = at;
        end = endOfString(text, at);
        at = end - 1;
        break;
      case 0x3a: // :
        if (depth !== 1) break;
        members++;
        names?.push([start, end]);
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

/** Behind the quotation mark that ends the string begun at `start`. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end === -1 ? text.length : end + 1;
}

/** Whether a backslash belongs to this character, and not to another backslash before it. */
function isEscaped(text: string, at: number): boolean {
  let first = at;
  while (text.charCodeAt(first - 1) === 0x5c) first--;
  return (at - first) % 2 === 1;
}

function freeze(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  for (const each of Array.isArray(value) ? value : Object.values(value)) freeze(each);
  Object.freeze(value);
}
