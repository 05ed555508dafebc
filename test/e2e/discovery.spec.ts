import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { body, drip, hang, hangUp, json, status, type Answer } from '../support/answers.js';
import { AuthorizationServer, JWKS } from '../support/authorization-server.js';
import { COOLDOWN, MAX_AGE, pass, stopTheClock } from '../support/clock.js';
import { Deployment, deployOnce, deployWarm } from '../support/deployment.js';
import { expectRejection, expectUnavailable } from '../support/expect-rejection.js';
import { log } from '../support/log.js';
import { ADAPTERS, type AdapterName } from '../support/resource-server.js';

stopTheClock();

beforeEach(() => {
  log.length = 0;
});

const OAUTH = '/.well-known/oauth-authorization-server';
const OPENID = '/.well-known/openid-configuration';

/** Where the metadata of an issuer with this path may be, in the order in which the places are asked. */
const PLACES = [
  { path: '', places: [OAUTH, OPENID] },
  { path: '/', places: [OAUTH, OPENID] },
  { path: '/t1', places: [`${OAUTH}/t1`, `${OPENID}/t1`, `/t1${OPENID}`] },
  { path: '/a/b/', places: [`${OAUTH}/a/b`, `${OPENID}/a/b`, `/a/b${OPENID}`] },
];

/** A deployment whose issuer identifier has a path, and whose metadata is nowhere until it is said where. */
async function deployAt(
  path: string,
  adapter: AdapterName,
  prepare: (server: AuthorizationServer) => void,
): Promise<Deployment> {
  const deployment = new Deployment();
  onTestFinished(() => deployment.stop());
  deployment.authorizationServer = await AuthorizationServer.start({ path });
  deployment.authorizationServer.metadataPath = '/nowhere';
  prepare(deployment.authorizationServer);
  await deployment.start(adapter);
  return deployment;
}

describe.each(ADAPTERS)('RFC 8414 §3, §5 (DSC-01, DSC-02, DSC-03): metadata, on %s', (adapter) => {
  it.each(PLACES)('of the issuer path $path is looked for in order', async ({ path, places }) => {
    const deployment = await deployAt(path, adapter, () => undefined);
    await expectUnavailable(await deployment.get('/plain', deployment.issue()));
    expect(deployment.authorizationServer.trail).toEqual(places);
  });

  it.each(PLACES.flatMap(({ path, places }) => places.map((place) => ({ path, place, places }))))(
    'of the issuer path $path is found at $place',
    async ({ path, place, places }) => {
      const deployment = await deployAt(path, adapter, (server) => (server.metadataPath = place));
      expect(await deployment.status(deployment.issue())).toBe(200);
      const { trail } = deployment.authorizationServer;
      expect(trail).toEqual([...places.slice(0, places.indexOf(place) + 1), JWKS]);
    },
  );

  it.each<[string, Answer]>([
    ...[204, 301, 302, 304, 307, 400, 401, 403, 404, 405, 410, 429].map(
      (code): [string, Answer] => [`status ${code}`, status(code, { location: '/elsewhere' })],
    ),
    ['a start page', body('<!doctype html><html></html>', { 'content-type': 'text/html' })],
    ['an empty body', body('')],
    ['null', body('null')],
    ['a list', body('[]')],
    ['a string', body('"metadata"')],
    ['an object without issuer', body('{}')],
    [
      'metadata of somebody else',
      json({ issuer: 'https://as.example.com', jwks_uri: 'https://x' }),
    ],
    [
      'metadata without keys',
      (request, response) => json({ issuer: `http://${request.headers.host}` })(request, response),
    ],
  ])('is passed over, where there is %s', async (_name, answer) => {
    const deployment = await deployAt('', adapter, (server) => {
      server.fail(OAUTH, answer);
      server.fail('/elsewhere', json(server.metadata));
      server.metadataPath = OPENID;
    });
    expect(await deployment.status(deployment.issue())).toBe(200);
    expect(deployment.authorizationServer.trail).toEqual([OAUTH, OPENID, JWKS]);
  });

  it.each<[string, Answer, RegExp]>([
    ['status 500', status(500), /answered 500/],
    ['status 503', status(503), /answered 503/],
    ['a dropped connection', hangUp, /could not be reached/],
    [
      'more bytes than allowed',
      body(`"${'x'.repeat(524_288)}"`),
      /answered more than 524288 bytes/,
    ],
    ['no answer in time', hang, /did not answer in full within 40 ms/],
    ['a body that does not end', drip, /did not answer in full within 40 ms/],
  ])('is not looked for further after %s: 503', async (_name, answer, why) => {
    const timeoutMs = answer === hang || answer === drip ? 40 : 5000;
    const deployment = await deployOnce(adapter, { keys: { timeoutMs } }, {}, (server) => {
      server.fail(OAUTH, answer);
      server.metadataPath = OPENID;
    });
    await expectUnavailable(await deployment.get('/plain', deployment.issue()));
    const { trail, origin } = deployment.authorizationServer;
    expect(trail).not.toContain(OPENID);
    const [line, ...others] = log.filter((each) => each.startsWith('error'));
    expect(line).toContain(`${origin}${OAUTH} `);
    expect(line).toMatch(why);
    expect(others).toEqual([]);
  });

  it('is looked for from the start again after a failure', async () => {
    const deployment = await deployOnce(adapter, {}, {}, (server) => {
      server.fail(OAUTH, status(500));
      server.metadataPath = OPENID;
    });
    await expectUnavailable(await deployment.get('/plain', deployment.issue()));
    deployment.authorizationServer.fail(OAUTH, status(404));
    pass(COOLDOWN);
    expect(await deployment.status(deployment.issue())).toBe(200);
    expect(deployment.authorizationServer.trail).toEqual([OAUTH, OAUTH, OPENID, JWKS]);
  });
});

describe.each(ADAPTERS)(
  'RFC 8414 §3.3 (DSC-04, DSC-05): the issuer in the metadata, on %s',
  (adapter) => {
    it.each<[string, (issuer: string) => unknown]>([
      ['with a slash more', (issuer) => `${issuer}/`],
      ['in capitals', (issuer) => issuer.toUpperCase()],
      ['with another port', () => 'http://127.0.0.1:1'],
      ['in a list', (issuer) => [issuer]],
      ['nowhere', () => undefined],
      ['null', () => null],
    ])(
      'is identical to the configured one, or the document is not used: %s',
      async (_name, spoilt) => {
        const deployment = await deployOnce(adapter, {}, {}, (server) => {
          server.metadata['issuer'] = spoilt(server.issuer);
        });
        await expectUnavailable(await deployment.get('/plain', deployment.issue()));
        expect(deployment.authorizationServer.requests(JWKS)).toBe(0);
        expect(log.join()).toMatch(/ its issuer is /);
      },
    );

    it('may end with a slash, which then belongs to it', async () => {
      const deployment = await deployAt('/', adapter, (server) => (server.metadataPath = OAUTH));
      expect(await deployment.status(deployment.issue())).toBe(200);
      const { origin } = deployment.authorizationServer;
      const token = deployment.issue({ iss: origin });
      await expectRejection(await deployment.get('/plain', token), 'issuer_untrusted');
    });
  },
);

describe.each(ADAPTERS)(
  'RFC 8414 §2 (DSC-07, DSC-08): the jwks_uri in the metadata, on %s',
  (adapter) => {
    it.each<[unknown]>([
      ['http://keys.example.com/jwks'],
      ['ftp://keys.example.com/jwks'],
      ['file:///etc/jwks'],
      ['data:application/json,{"keys":[]}'],
      ['/jwks'],
      [''],
      [5],
      [null],
      [undefined],
      [['https://keys.example.com/jwks']],
    ])('is a URL of https, or the document is not used: %j', async (jwksUri) => {
      const asked: unknown[] = [];
      const fetch: typeof globalThis.fetch = (url, init) => {
        asked.push(url);
        return globalThis.fetch(url, init);
      };
      const deployment = await deployOnce(adapter, { keys: { fetch } }, {}, (server) => {
        server.metadata['jwks_uri'] = jwksUri;
      });
      await expectUnavailable(await deployment.get('/plain', deployment.issue()));
      const { origin } = deployment.authorizationServer;
      expect(asked).toEqual([origin + OAUTH, origin + OPENID]);
      expect(log.join()).toMatch(/names no https jwks_uri/);
    });

    it.each([
      ['https://keys.example.com/jwks', {}],
      ['http://keys.example.com/jwks', { allowInsecureHttp: true }],
    ])('may lead to another host: %s', async (jwksUri, options) => {
      const fetch: typeof globalThis.fetch = (url, init) =>
        globalThis.fetch(url === jwksUri ? deployment.authorizationServer.jwksUri : url, init);
      const deployment: Deployment = await deployOnce(
        adapter,
        { ...options, keys: { fetch } },
        {},
        (server) => {
          server.metadata['jwks_uri'] = jwksUri;
        },
      );
      expect(await deployment.status(deployment.issue())).toBe(200);
    });
  },
);

describe.each(ADAPTERS)('where keys are, on %s', (adapter) => {
  it('is not looked for again as long as they are there', async () => {
    const deployment = await deployWarm(adapter);
    pass(MAX_AGE);
    expect(await deployment.status(deployment.issue())).toBe(200);
    expect(deployment.authorizationServer.trail).toEqual([OAUTH, JWKS, JWKS]);
  });

  it.each([
    ['jwksUri', ({ jwksUri }: AuthorizationServer) => ({ jwksUri })],
    [
      'the jwksUri of the issuer',
      ({ issuer, jwksUri }: AuthorizationServer) => ({ issuer: { issuer, jwksUri } }),
    ],
  ])('is not looked for at all, where %s says it', async (_name, options) => {
    const deployment = await deployOnce(adapter, options);
    expect(await deployment.status(deployment.issue())).toBe(200);
    expect(deployment.authorizationServer.trail).toEqual([JWKS]);
  });

  it('RFC 8725 §3.10 (DSC-06) is asked of nobody whom only a token names', async () => {
    const stranger = await AuthorizationServer.start();
    onTestFinished(() => stranger.stop());
    const deployment = await deployWarm(adapter);
    const header = { jku: stranger.jwksUri, x5u: stranger.jwksUri };
    for (const iss of [stranger.issuer, `${stranger.issuer}/`, [stranger.issuer], 5]) {
      const token = deployment.issue({ iss }, header);
      await expectRejection(await deployment.get('/plain', token), 'issuer_untrusted');
    }
    expect(await deployment.status(deployment.issue({}, header))).toBe(200);
    expect(stranger.trail).toEqual([]);
  });
});
