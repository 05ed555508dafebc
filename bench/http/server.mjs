import { APPLICATIONS } from './applications.mjs';

/** A process of its own for one application, so that its processor time is nobody else's. */
const [group, name, issuer] = process.argv.slice(2);
const application = APPLICATIONS.find((each) => each.group === group && each.name === name);
const server = await application.open(issuer);

let requests = 0;
server.on('request', () => requests++);

const usage = () => {
  const { user, system } = process.cpuUsage();
  return { cpu: (user + system) / 1000, requests, at: performance.now() };
};
process.send({ port: server.address().port, ...usage() });
process.on('message', () => process.send(usage()));
process.on('disconnect', () => process.exit());
