import { isSecureUrl } from '../../keys/secure-url.js';
import type { Finding } from '../findings.js';
import type { Service } from './fleet.js';
import { evidenceOf, grouped, inShort, wordsFor } from './evidence.js';
import { wasTried, type Cell } from './judged.js';
import { NOTES } from './notes.js';
import { namesInAudience } from './probe.js';
import type { Replay } from './replay.js';
import type { Note } from './verdict.js';

/** What a run says of each service, the worst first. */
export function findingsOf({ services, cells }: Replay): Finding[] {
  const findings = services.flatMap((service) =>
    findingsAt(
      service,
      cells.filter((cell) => cell.service === service),
    ),
  );
  const order = ['problem', 'warning', 'ok'];
  return findings.sort((one, other) => order.indexOf(one.level) - order.indexOf(other.level));
}

function findingsAt(service: Service, cells: readonly Cell[]): Finding[] {
  const found = [
    ...leaks(service, cells),
    ...doubts(service, cells),
    ...untried(service, cells),
    ...plainHttp(service),
  ];
  if (found.some(({ title }) => title.startsWith(service.name))) return found;
  const refused = cells.filter(({ verdict }) => verdict === 'refused').length;
  const title = `${service.name} lets in what is for it, and refuses the other ${refused}`;
  return [...found, { level: 'ok', title }];
}

function leaks(service: Service, cells: readonly Cell[]): Finding[] {
  const crossed = cells.filter(({ verdict }) => verdict === 'crossed');
  const { name, audience = '…' } = service;
  const leak = (title: string, remedy: string, of = crossed): Finding[] =>
    of.length === 0 ? [] : [{ level: 'problem', title, detail: detailOf(of), remedy }];
  if (crossed.some(({ expected }) => expected === 'none')) {
    const remedy = 'Guard this URL. If it is meant for everybody, name one that is not.';
    return leak(`${name} lets in who has no token`, remedy);
  }
  if (crossed.some(({ expected }) => expected === 'garbage')) {
    return leak(`${name} lets in whatever is called a token`, 'Have it verify tokens at all.');
  }
  const foreign = crossed.filter(({ expected }) => expected === 'foreign');
  const broad = foreign.filter(({ probe }) => namesInAudience(probe, service));
  const narrow = foreign.filter((cell) => !broad.includes(cell));
  const hostile = crossed.filter(({ expected }) => expected === 'hostile');
  return [
    ...leak(
      `${name} lets in ${listOf(narrow.map(({ probe }) => `the ${probe.name}`))}`,
      `Have it compare aud with its own identifier (RFC 9068 §4): with this library that is audience: '${audience}' in AudienceAuthModule.forRoot.`,
      narrow,
    ),
    ...leak(
      `${name} lets in ${listOf(broad.map(({ probe }) => `the ${probe.name}`))}, whose aud names it`,
      'The token is at fault, not the service: it is the wrong one in the file, or the authorization server stamps the same audience for both. Ask audience-auth doctor.',
      broad,
    ),
    ...leak(
      `${name} lets in ${hostile.length} hostile token${hostile.length === 1 ? '' : 's'}`,
      'Have it check what they spoil, which their names say (RFC 8725, RFC 9068 §4).',
      hostile,
    ),
  ];
}

function doubts({ name }: Service, cells: readonly Cell[]): Finding[] {
  const noted = cells.filter(({ verdict }) => verdict === 'not judged' || verdict === 'refused');
  const notes = new Set(noted.flatMap(({ note }): Note[] => (note === undefined ? [] : [note])));
  // Both say what the first cause has said.
  if (notes.size > 1)
    for (const each of ['not asked', 'proves nothing'] as const) notes.delete(each);
  return [...notes].map((note): Finding => {
    const { says, remedy } = NOTES[note];
    const detail = detailOf(noted.filter((cell) => cell.note === note));
    return { level: 'warning', title: `${name} ${says}`, detail, remedy };
  });
}

function untried(service: Service, cells: readonly Cell[]): Finding[] {
  if (wasTried(service, cells)) return [];
  const title = `${service.name} was offered no token of a service with another audience`;
  const remedy = 'Name another service in the file, or a test issuer (hostile).';
  return [{ level: 'warning', title, remedy }];
}

function plainHttp({ name, url }: Service): Finding[] {
  if (isSecureUrl(url, false)) return [];
  const title = `The token for ${name} goes over plain http`;
  return [{ level: 'warning', title, remedy: 'Use https wherever others could listen.' }];
}

function detailOf(cells: readonly Cell[]): string {
  return grouped(cells.map(evidenceOf))
    .map(({ evidence, tokens }) => `${inShort(tokens)}: ${wordsFor(evidence) || 'not asked'}`)
    .join('; ');
}

/** `a`, `a and b`, `a, b and c`. */
function listOf(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
