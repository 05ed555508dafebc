import { APPLICATIONS } from './applications.mjs';

/** A process of its own for one application, so that its processor time is nobody else's. */
const [group, name, issuer] = process.argv.slice(2);
const application = APPLICATIONS.find((each) => each.group === group && each.name === name);
const server = await application.open(issuer);

const milliseconds = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
process.send({ port: server.address().port, cpu: milliseconds() });
process.on('message', () => process.send({ cpu: milliseconds() }));
process.on('disconnect', () => process.exit());
