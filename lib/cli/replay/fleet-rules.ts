import { FileSection, type FileProblem, type Path } from './file-section.js';
import {
  METHODS,
  type Fleet,
  type FleetClient,
  type Method,
  type Service,
  type TestIssuer,
  type TokenSource,
} from './fleet.js';
import { isBearerToken } from './bearer.js';

const SERVICE_KEYS = ['name', 'url', 'method', 'audience'];
const SOURCE_KEYS = ['token', 'tokenEnv', 'tokenCommand', 'client'];
const CLIENT_KEYS = [
  'issuer',
  'clientId',
  'clientSecret',
  'clientSecretEnv',
  'tokenEndpoint',
  'resource',
  'scope',
];

const MOST_SERVICES = 100;
const LONGEST_NAME = 40;

/** Checks what a file says as a whole. The fleet is complete only if there are no problems. */
export function checkedFleet(content: unknown): { fleet: Fleet; problems: FileProblem[] } {
  const problems: FileProblem[] = [];
  const file = new FileSection([], content, ['services', 'hostile'], problems);
  const services = file.isMapping ? servicesOf(file, problems) : [];
  const hostile = testIssuerOf(file, services, problems);
  return { fleet: { services, ...(hostile && { hostile }) }, problems };
}

function servicesOf(file: FileSection, problems: FileProblem[]): Service[] {
  const list = file.value('services');
  if (!Array.isArray(list) || list.length === 0) {
    file.problem(
      'must be a list of services, each with name, url and where its token is from',
      'services',
    );
    return [];
  }
  if (list.length > MOST_SERVICES) file.problem(`are more than ${MOST_SERVICES}`, 'services');
  const services = list.map((each, index) => serviceOf(['services', index], each, problems));
  services.forEach(({ name }, index) => {
    if (name !== '' && services.findIndex((each) => each.name === name) < index) {
      problems.push({ path: ['services', index, 'name'], text: 'is the name of another service' });
    }
  });
  return services;
}

function serviceOf(path: Path, value: unknown, problems: FileProblem[]): Service {
  const section = new FileSection(path, value, [...SERVICE_KEYS, ...SOURCE_KEYS], problems);
  const name = section.requiredText('name', 'what the report calls it') ?? '';
  if (name.length > LONGEST_NAME)
    section.problem(`is longer than ${LONGEST_NAME} characters`, 'name');
  const url = section.requiredUrl('url', 'where a request needs its token') ?? '';
  const audience = section.text('audience');
  return {
    name,
    url,
    method: methodOf(section),
    ...(audience !== undefined && { audience }),
    source: sourceOf(path, section, problems),
  };
}

function methodOf(section: FileSection): Method {
  const method = section.text('method')?.toUpperCase() ?? 'GET';
  const known = METHODS.find((each) => each === method);
  if (known === undefined) section.problem(`must be one of ${METHODS.join(', ')}`, 'method');
  return known ?? 'GET';
}

function sourceOf(path: Path, section: FileSection, problems: FileProblem[]): TokenSource {
  const given = SOURCE_KEYS.filter((key) => section.has(key));
  if (given.length !== 1) {
    const found = given.length === 0 ? 'none' : given.join(' and ');
    section.problem(`needs one of ${SOURCE_KEYS.join(', ')}, and has ${found}`);
  }
  const [kind] = given;
  if (kind === 'tokenEnv') return { kind, variable: variableOf(section, kind) };
  if (kind === 'tokenCommand') return { kind, command: commandOf(section) };
  if (kind === 'client') return { kind, client: clientOf([...path, kind], section, problems) };
  return { kind: 'token', token: tokenOf(section) };
}

function tokenOf(section: FileSection): string {
  const token = section.text('token') ?? '';
  if (token !== '' && !isBearerToken(token)) {
    section.problem('is not what can be sent as a bearer token (RFC 6750 §2.1)', 'token');
  }
  return token;
}

function variableOf(section: FileSection, key: string): string {
  const variable = section.text(key) ?? '';
  if (variable !== '' && !/^\w{1,100}$/.test(variable)) {
    section.problem('must be the name of an environment variable, without $', key);
  }
  return variable;
}

function commandOf(section: FileSection): string | readonly string[] {
  const command = section.value('tokenCommand');
  if (!Array.isArray(command)) return section.text('tokenCommand') ?? '';
  const isRunnable = command.length > 0 && command.every(isArgument) && command[0] !== '';
  if (!isRunnable)
    section.problem('must be a text, or a list of texts: program, arguments', 'tokenCommand');
  return isRunnable ? command : [];
}

/** No program can be given a NUL. */
function isArgument(value: unknown): boolean {
  return typeof value === 'string' && !value.includes('\0');
}

function clientOf(path: Path, service: FileSection, problems: FileProblem[]): FleetClient {
  const section = new FileSection(path, service.value('client'), CLIENT_KEYS, problems);
  const issuer = section.secureUrl('issuer', 'the authorization server') ?? '';
  const clientId = section.requiredText('clientId', 'as the authorization server knows it') ?? '';
  if (section.has('clientSecret') === section.has('clientSecretEnv')) {
    section.problem('needs either clientSecret or clientSecretEnv');
  }
  const tokenEndpoint = section.has('tokenEndpoint')
    ? section.secureUrl('tokenEndpoint', 'where the client asks for tokens')
    : undefined;
  const resource = section.text('resource');
  const scope = section.text('scope');
  return {
    issuer,
    clientId,
    clientSecret: section.has('clientSecretEnv')
      ? { variable: variableOf(section, 'clientSecretEnv') }
      : (section.text('clientSecret') ?? ''),
    ...(tokenEndpoint !== undefined && { tokenEndpoint }),
    ...(resource !== undefined && { resource }),
    ...(scope !== undefined && { scope }),
  };
}

function testIssuerOf(
  file: FileSection,
  services: readonly Service[],
  problems: FileProblem[],
): TestIssuer | undefined {
  if (!file.has('hostile')) return undefined;
  const section = new FileSection(
    ['hostile'],
    file.value('hostile'),
    ['issuer', 'keyFile'],
    problems,
  );
  const issuer = section.requiredUrl('issuer', 'which the services trust for tests') ?? '';
  const keyFile =
    section.requiredText('keyFile', 'a file with the private JWK of that issuer') ?? '';
  if (keyFile.includes('{')) {
    section.problem('must be the name of a file, and not the key itself', 'keyFile');
  }
  if (services.every(({ audience }) => audience === undefined)) {
    section.problem('needs a service with an audience: hostile tokens are made for it');
  }
  return { issuer, keyFile };
}
