import { AuthorizationServer } from './authorization-server.mjs';
import { number } from './format.mjs';
import { APPLICATIONS, DOCUMENTED, NO_AUTH, WARM } from './http/applications.mjs';
import { ServerProcess } from './http/server-process.mjs';
import { installSize } from './install-size.mjs';
import { interleaved } from './rounds.mjs';
import { median } from './statistics.mjs';

export const title = 'Start-up and size';

/** What it costs to start each application, and to install what it brings along. */
export async function run({ quick, progress }) {
  const rounds = quick ? 3 : 7;
  const server = await AuthorizationServer.start('RS256');
  const applications = APPLICATIONS.filter(
    ({ group, name }) => group.startsWith('Nest') && [NO_AUTH, WARM, DOCUMENTED].includes(name),
  );
  const samples = await interleaved(
    applications.map((application) => ({
      name: `${application.group}: ${application.name === WARM ? 'this library' : application.name}`,
      application,
    })),
    rounds,
    async ({ name, application }, round) => {
      progress(`start-up, round ${round + 1} of ${rounds}: ${name}`);
      const service = await ServerProcess.start(application, server.issuer);
      await service.stop();
      return service.cpuToListen;
    },
  );
  server.stop();
  const milliseconds = Object.fromEntries(
    Object.entries(samples).map(([name, values]) => [name, median(values)]),
  );
  return { rounds, milliseconds, size: installSize() };
}

export function tables({ rounds, milliseconds, size }) {
  return [
    {
      caption: `Milliseconds of CPU until the application listens; medians of ${rounds}`,
      head: ['application', 'ms'],
      rows: Object.entries(milliseconds).map(([name, value]) => [name, number(value)]),
    },
    {
      caption: 'What an application that has Nest already installs',
      head: ['', 'packages', 'MB'],
      rows: Object.entries(size).map(([name, { packages, bytes }]) => [
        name,
        String(packages),
        (bytes / 1e6).toFixed(1),
      ]),
    },
  ];
}
