import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Uses the server in every way that opens something: connections that are kept, and that hang. */
const PROGRAM = `
  import { hostileTokens, TestAuthorizationServer } from 'nestjs-audience-auth/testing';
  const server = await TestAuthorizationServer.start({ algorithm: 'ES256' });
  await hostileTokens(server, { audience: 'urn:tickets' });
  await (await fetch(server.jwksUri)).json();
  server.fail('jwks', { hang: true });
  const hanging = fetch(server.jwksUri).catch(() => 'dropped');
  while (server.requests('jwks') < 2) await new Promise(setImmediate);
  await server.stop();
  await server.start();
  await server.stop();
  console.log(await hanging);
`;

it('leaves nothing behind that keeps a process alive, once it is stopped', async () => {
  const program = ['--input-type=module', '--eval', PROGRAM];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, program, {
    cwd: root,
    timeout: 15_000,
  });
  expect({ stdout, stderr }).toEqual({ stdout: 'dropped\n', stderr: '' });
});
