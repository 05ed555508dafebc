/** Strings that look like this audience and are not it, by what can be said of them: "ends with a slash more". */
export function nearMisses(audience: string): Map<string, string> {
  const candidates = { ...ofAnyText(audience), ...ofUrl(audience) };
  const found = new Map<string, string>();
  for (const [predicate, text] of Object.entries(candidates)) {
    if (!isSame(text, audience) && ![...found.values()].includes(text)) found.set(predicate, text);
  }
  return found;
}

/** A letter and one of another alphabet that looks the same. */
const LOOK_ALIKES = { a: 'а', c: 'с', e: 'е', i: 'і', o: 'о', p: 'р', s: 'ѕ', x: 'х', y: 'у' };

function ofAnyText(audience: string): Record<string, string> {
  return {
    'ends with a slash more': `${audience}/`,
    'ends with a slash less': audience.replace(/\/$/, ''),
    'is in upper case': audience.toUpperCase(),
    'is in lower case': audience.toLowerCase(),
    'begins with another case': otherCase(audience.charAt(0)) + audience.slice(1),
    'ends with another case': audience.slice(0, -1) + otherCase(audience.slice(-1)),
    'lacks the last character': audience.slice(0, -1),
    'lacks the first character': audience.slice(1),
    'has one character more at the end': `${audience}x`,
    'has one character more at the beginning': `x${audience}`,
    'ends with a space': `${audience} `,
    'begins with a space': ` ${audience}`,
    'ends with a line break': `${audience}\n`,
    'ends with a NUL': `${audience}\0`,
    'ends with a zero-width space': `${audience}\u200b`,
    'has a letter that looks alike': lookAlike(audience),
    'has an accent': `${audience.slice(0, -1)}\u0301${audience.slice(-1)}`,
    'has a percent-encoded character': `${audience.slice(0, -1)}${percentEncoded(audience.slice(-1))}`,
    'ends with an asterisk': `${audience}*`,
    'is a pattern that fits it': '.*',
    'is in quotation marks': `"${audience}"`,
    'is an array, written as a string': JSON.stringify([audience]),
    'lists several, separated by spaces': `${audience} https://another-service.example`,
    'lists several, separated by commas': `https://another-service.example,${audience}`,
    'has api:// before it': `api://${audience}`,
    'has urn:uuid: before it': `urn:uuid:${audience}`,
    'is in braces': `{${audience}}`,
    'lacks the hyphens': audience.replaceAll('-', ''),
  };
}

const URL_PARTS =
  /^(?<scheme>https?):\/\/(?<host>[^/?#:]+)(?<port>:\d+)?(?<path>[^?#]*)(?<rest>.*)$/;

function ofUrl(audience: string): Record<string, string> {
  const parts = URL_PARTS.exec(audience)?.groups;
  if (!parts) return {};
  const { scheme = '', host = '', port = '', path = '', rest = '' } = parts;
  const other = scheme === 'https' ? 'http' : 'https';
  const authority = host + port;
  const end = path + rest;
  const parent = path.replace(/\/[^/]*\/?$/, '');
  return {
    'has another scheme': `${other}://${authority}${end}`,
    'has its scheme in upper case': `${scheme.toUpperCase()}://${authority}${end}`,
    'has its host in upper case': `${scheme}://${host.toUpperCase()}${port}${end}`,
    'has its path in upper case': `${scheme}://${authority}${end.toUpperCase()}`,
    'names the default port': `${scheme}://${host}:${scheme === 'https' ? 443 : 80}${end}`,
    'names another port': `${scheme}://${host}:8443${end}`,
    'names a user': `${scheme}://user@${authority}${end}`,
    'names the host as a user': `${scheme}://${authority}@attacker.example${end}`,
    'has a full stop behind the host': `${scheme}://${host}.${port}${end}`,
    'is of a host below': `${scheme}://sub.${authority}${end}`,
    'is of a host that begins alike': `${scheme}://${host}.attacker.example${end}`,
    'is of a host that ends alike': `${scheme}://attacker-${authority}${end}`,
    'is of the path above': `${scheme}://${authority}${parent}`,
    'is of the host alone': `${scheme}://${authority}`,
    'is of a path below': `${audience.replace(/\/$/, '')}/more`,
    'has a slash twice': `${scheme}://${authority}/${end || '/'}`,
    'has a dot segment': `${scheme}://${authority}/.${end || '/'}`,
    'goes into a path and out again': `${scheme}://${authority}/x/..${end || '/'}`,
    'has a query': `${audience}?x=1`,
    'has an empty query': `${audience}?`,
    'has a fragment': `${audience}#x`,
    'has an empty fragment': `${audience}#`,
  };
}

function otherCase(letter: string): string {
  const upper = letter.toUpperCase();
  return upper === letter ? letter.toLowerCase() : upper;
}

function lookAlike(text: string): string {
  const letter = Object.entries(LOOK_ALIKES).find(([latin]) => text.includes(latin));
  return letter ? text.replace(letter[0], letter[1]) : text;
}

function percentEncoded(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}

/** RFC 3986 §6.2.3: an empty path and `/` are one URL, which is as far as a service goes. */
function isSame(one: string, other: string): boolean {
  const isRoot = /^https?:\/\/[^/?#]+\/?$/i.test(other);
  return one === other || (isRoot && one.replace(/\/$/, '') === other.replace(/\/$/, ''));
}
