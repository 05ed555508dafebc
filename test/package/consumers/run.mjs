/**
 * Installs the tarball that would be published into applications of each kind that is supported, compiles and boots
 * them, and sends them tokens; and plays the recipes of docs/testing.md.
 */
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { TestAuthorizationServer } from 'nestjs-audience-auth/testing';

const CONSUMERS = ['esm-nest-12', 'cjs-nest-12', 'cjs-nest-11'];
const RECIPES = ['vitest', 'jest', 'node'];
const AUDIENCE = 'https://tickets.example.com';

const here = fileURLToPath(new URL('.', import.meta.url));
const project = join(here, '../../..');
const run = promisify(execFile);

let workspace;
let tarball;
let authorizationServer;

before(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'consumers-'));
  const pack = ['pack', '--json', '--ignore-scripts', '--pack-destination', workspace];
  const { stdout } = await run('npm', pack, { cwd: project });
  tarball = join(workspace, JSON.parse(stdout)[0].filename);
  authorizationServer = await TestAuthorizationServer.start({ algorithm: 'ES256' });
});

after(async () => {
  await authorizationServer?.stop();
  await rm(workspace, { recursive: true, force: true });
});

describe('the packed package', { concurrency: CONSUMERS.length }, () => {
  for (const name of CONSUMERS) describe(name, { concurrency: 1 }, () => consume(name));
});

describe('a recipe of docs/testing.md', { concurrency: 1 }, () => {
  for (const name of RECIPES) it(`runs: ${name}`, () => play(name));
});

async function install(folder) {
  const quietly = ['--no-audit', '--no-fund', '--no-package-lock', '--prefer-offline'];
  await run('npm', ['install', ...quietly, tarball], { cwd: folder });
}

/** Compiles it and runs it, as its package.json says. */
async function play(name) {
  const recipes = join(here, 'recipes');
  const folder = join(workspace, `recipe-${name}`);
  await cp(join(recipes, name), folder, { recursive: true });
  for (const file of ['app.module.ts', 'tsconfig.json']) {
    await cp(join(recipes, file), join(folder, file));
  }
  await cp(join(recipes, `${name}.test.ts`), join(folder, 'app.test.ts'));
  await install(folder);
  // Within a test of Node's runner, that runner runs nothing unless it is made to forget.
  const env = {
    ...process.env,
    NODE_TEST_CONTEXT: undefined,
    FORCE_COLOR: undefined,
    NO_COLOR: '1',
  };
  const options = { cwd: folder, env, timeout: 120_000, maxBuffer: 2 ** 24 };
  const { stdout, stderr } = await run('npm', ['test'], options);
  assert.match(stdout + stderr, /# pass [1-9]|[1-9]\d* passed/);
}

function consume(name) {
  let folder;
  let compilerOutput;
  let application;
  let address;

  before(async () => {
    folder = join(workspace, name);
    await cp(join(here, name), folder, { recursive: true });
    for (const file of ['application.ts', 'tsconfig.json']) {
      await cp(join(here, file), join(folder, file));
    }
    await install(folder);
    // Emits, whatever it complains of.
    compilerOutput = await run('npx', ['tsc'], { cwd: folder }).catch((failure) => failure);
    application = spawn(process.execPath, ['application.js'], {
      cwd: folder,
      env: { ...process.env, ISSUER: authorizationServer.issuer, AUDIENCE },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await Promise.race([
      once(application.stdout, 'data'),
      once(application, 'exit').then(([code]) => assert.fail(`it exited with ${code}`)),
    ]);
    address = String(line).trim();
  });

  after(async () => {
    if (application?.exitCode !== null) return;
    application.kill();
    await once(application, 'exit');
  });

  const get = (path, token) =>
    fetch(address + path, token && { headers: { Authorization: `Bearer ${token}` } });

  it('compiles without the types of Express and passport-jwt', async () => {
    const types = await readdir(join(folder, 'node_modules/@types'));
    assert.ok(!types.includes('express') && !types.includes('passport-jwt'), types.join());
    assert.equal(compilerOutput.stdout, '');
  });

  it('lets in a token for this service', async () => {
    const token = await authorizationServer.issue({ aud: AUDIENCE, scope: 'tickets:read' });
    const response = await get('/tickets', token);
    assert.equal(response.status, 200);
    assert.deepEqual(await response.json(), { subject: 'test-user' });
  });

  it('refuses a token for another service', async () => {
    const aud = 'https://code-search.example.com';
    const response = await get(
      '/tickets',
      await authorizationServer.issue({ aud, scope: 'tickets:read' }),
    );
    assert.equal(response.status, 401);
    assert.match(response.headers.get('www-authenticate'), /^Bearer error="invalid_token"/);
    assert.equal((await response.json()).reason, 'audience_mismatch');
  });

  it('refuses a token without the scope', async () => {
    const token = await authorizationServer.issue({ aud: AUDIENCE, scope: 'tickets:write' });
    const response = await get('/tickets', token);
    assert.equal(response.status, 403);
    assert.match(response.headers.get('www-authenticate'), /error="insufficient_scope"/);
    assert.equal((await response.json()).reason, 'scope_insufficient');
  });

  it('refuses a request without a token, except on a public route', async () => {
    assert.equal((await get('/tickets')).status, 401);
    assert.equal((await get('/health')).status, 200);
  });

  it('refuses a tool whose scope is missing, and lets in the call of another', async () => {
    const token = await authorizationServer.issue({ aud: AUDIENCE, scope: 'tickets:read' });
    const call = (tool) =>
      fetch(`${address}/mcp`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
        body: JSON.stringify({
          jsonrpc: '2.0',
          id: 1,
          method: 'tools/call',
          params: { name: tool },
        }),
      });
    assert.equal((await call('create_ticket')).status, 403);
    assert.equal((await call('list_tickets')).status, 201);
  });

  it('serves the metadata of the resource', async () => {
    const response = await get('/.well-known/oauth-protected-resource');
    assert.equal(response.status, 200);
    assert.equal(new URL((await response.json()).resource).href, new URL(AUDIENCE).href);
  });
  it('brings the command, which agrees with the service', async () => {
    const inspect = async (claims) => {
      const options = ['--issuer', authorizationServer.issuer, '--audience', AUDIENCE, '--json'];
      const command = spawn('npx', ['audience-auth', 'inspect', ...options], {
        cwd: folder,
        stdio: ['pipe', 'ignore', 'inherit'],
      });
      command.stdin.end(await authorizationServer.issue(claims));
      const [code] = await once(command, 'exit');
      return code;
    };
    assert.equal(await inspect({ aud: AUDIENCE }), 0);
    assert.equal(await inspect({ aud: 'https://code-search.example.com' }), 1);
  });
}
