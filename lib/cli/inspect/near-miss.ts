/** A way in which two spellings of one name may differ, and what makes it go away. */
interface Difference {
  readonly name: string;
  readonly without: (text: string) => string;
}

/** Letters of other scripts, and other characters, each before the one that it looks like. */
const LOOK_ALIKES = new Map(
  (
    'аa еe оo рp сc уy хx іi јj ѕs һh ԁd ԛq ԝw ոn ɡg αa οo νv ρp ιi κk ' +
    'АA ВB ЕE КK МM НH ОO РP СC ТT ХX 0o 1l Il il |l ‐- ‑- –- —- ∕/ ⁄/'
  )
    .split(' ')
    .map((pair) => [pair.charAt(0), pair.charAt(1)]),
);

const DIFFERENCES: readonly Difference[] = [
  {
    name: 'characters that are not seen',
    without: (text) => text.replaceAll(/[\p{Cc}\p{Cf}]/gu, ''),
  },
  { name: 'white space', without: (text) => text.replaceAll(/\s/gu, '') },
  { name: 'percent-encoding', without: decoded },
  { name: 'case', without: (text) => text.toLowerCase() },
  {
    name: 'letters that look alike',
    without: (text) =>
      Array.from(text.normalize('NFKC'), (each) => LOOK_ALIKES.get(each) ?? each).join(''),
  },
  { name: 'the scheme', without: (text) => text.replace(/^http:/i, 'https:') },
  { name: 'the port', without: (text) => text.replace(/^(\w+:\/\/[^/?#]*?):\d+(?=[/?#]|$)/, '$1') },
  { name: 'a trailing slash', without: (text) => text.replace(/(?<!\/)\/+(?=\s*$)/, '') },
];

/**
 * In what two names differ, if it is little enough to be a mistake; nothing, if they are equal or quite different.
 *
 * @returns the end of a sentence that begins with one of the names
 */
export function nearMiss(actual: string, expected: string): string | undefined {
  if (actual === expected) return undefined;
  const needed = neededDifferences(actual, expected);
  if (needed !== undefined) return `differs from it only by ${listed(needed)}`;
  if (actual.startsWith(expected)) return 'begins with it and goes on';
  if (expected.startsWith(actual) && actual !== '') return 'is only its beginning';
  if (hostOf(actual) !== undefined && hostOf(actual) === hostOf(expected))
    return 'has the same host, and another path';
  return undefined;
}

function listed(names: readonly string[]): string {
  const [last = '', ...others] = names.toReversed();
  return others.length === 0 ? last : `${others.toReversed().join(', ')} and ${last}`;
}

/** Those that have to go away for both to be equal; nothing, if they would still not be. */
function neededDifferences(one: string, other: string): string[] | undefined {
  const areEqual = (differences: readonly Difference[]): boolean => {
    const plain = (text: string) => differences.reduce((rest, { without }) => without(rest), text);
    return plain(one) === plain(other);
  };
  if (!areEqual(DIFFERENCES)) return undefined;
  let needed = DIFFERENCES;
  for (const each of DIFFERENCES) {
    const rest = needed.filter((difference) => difference !== each);
    if (areEqual(rest)) needed = rest;
  }
  return needed.map(({ name }) => name);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function hostOf(text: string): string | undefined {
  return /^https?:\/\//i.test(text) && URL.canParse(text) ? new URL(text).host : undefined;
}
