import { describe, expect, it } from 'vitest';
import { body, json, status } from '../support/answers.js';
import { shortRsaKey, signingKey } from '../support/signing-key.js';
import { complaints, diagnosis, issuingServer, saying, TICKETS } from './doctor-run.js';
import { audienceAuth } from './run-command.js';

const OAUTH = '/.well-known/oauth-authorization-server';
const OPENID = '/.well-known/openid-configuration';
const HTML = body('<!doctype html><title>Sign in</title>', { 'content-type': 'text/html' });

describe('audience-auth doctor, of the metadata', () => {
  it('RFC 8414 §3.1: finds a good server good', async () => {
    const server = await issuingServer();
    const found = await diagnosis(server, []);
    expect(found).toMatchObject({ exitCode: 0, verdict: 'ok', services: [] });
    expect(complaints(found)).toEqual([]);
    expect(server.paths.slice(0, 3)).toEqual([OAUTH, OPENID, '/jwks']);
  });

  it('RFC 8414 §5: asks at every well-known form of an issuer with a path', async () => {
    const server = await issuingServer();
    const issuer = `${server.issuer}/tenant`;
    server.fail('/tenant/.well-known/openid-configuration', json({ ...server.metadata, issuer }));
    const { exitCode, stdout } = await audienceAuth(['doctor', issuer]);
    expect(exitCode).toBe(0);
    for (const path of [`${OAUTH}/tenant`, `${OPENID}/tenant`])
      expect(stdout).toContain(`${path} answers 404`);
    expect(stdout).toContain(`/tenant${OPENID} is the metadata of this issuer`);
  });

  it('RFC 8414 §3.3: says how the issuer in the metadata differs', async () => {
    const server = await issuingServer();
    server.metadata.issuer = `${server.issuer}/`;
    const found = await diagnosis(server, []);
    expect(found.exitCode).toBe(1);
    expect(saying('says that its issuer is', found)).toMatchObject([
      { level: 'problem', detail: expect.stringContaining('only by a trailing slash') },
    ]);
    expect(complaints(found)).toContainEqual(
      expect.stringContaining('a service would find no keys'),
    );
  });

  it('tells of a place that answers with HTML, and goes on', async () => {
    const server = await issuingServer();
    server.fail(OPENID, HTML);
    const found = await diagnosis(server, []);
    expect(found).toMatchObject({ exitCode: 0, verdict: 'warning' });
    expect(complaints(found)).toEqual([expect.stringContaining('with HTML')]);
  });

  it('says that a service stops at a place that is in trouble', async () => {
    const server = await issuingServer();
    server.fail(OAUTH, status(503));
    server.fail(OPENID, json(server.metadata));
    const found = await diagnosis(server, []);
    expect(found.exitCode).toBe(1);
    expect(complaints(found)).toEqual([
      expect.stringContaining('answers 503'),
      expect.stringContaining('a service would find no keys'),
    ]);
  });
});

describe('audience-auth doctor, of the keys', () => {
  it('RFC 7517 §4.5: finds kids that are missing or shared', async () => {
    const server = await issuingServer();
    const [one, two, three] = ['a', 'b', 'c'].map((name) => signingKey('ES256', name));
    server.keys = [
      { ...one?.jwk, kid: 'k' },
      { ...two?.jwk, kid: 'k' },
      { ...three?.jwk, kid: undefined },
    ];
    const found = await diagnosis(server, []);
    expect(complaints(found)).toEqual([
      'warning: several keys go by one kid: "k"',
      'warning: there are keys without kid',
    ]);
    expect(saying('3 keys that can verify', found)).toHaveLength(1);
  });

  it('finds private and symmetric keys', async () => {
    for (const bad of [
      signingKey('ES256', 'leaked').privateJwk,
      { kty: 'oct', k: 'c2VjcmV0', kid: 'shared' },
    ]) {
      const server = await issuingServer();
      server.keys.push(bad);
      const found = await diagnosis(server, []);
      expect(found.exitCode).toBe(1);
      expect(complaints(found)).toContain('problem: it publishes a private or symmetric key');
      expect(found.output).not.toContain('c2VjcmV0');
    }
  });

  it('RFC 7518 §3.3: finds weak keys', async () => {
    const server = await issuingServer();
    server.keys.push(shortRsaKey(1024).jwk);
    const found = await diagnosis(server, []);
    expect(saying('not every key', found)).toMatchObject([
      { level: 'warning', detail: expect.stringContaining('1024 bits') },
    ]);
  });

  it('finds a set in which no key is of use', async () => {
    const server = await issuingServer();
    server.keys = [shortRsaKey(1024).jwk];
    const found = await diagnosis(server, []);
    expect(found.exitCode).toBe(1);
    expect(complaints(found)).toContainEqual(
      expect.stringContaining('problem: a service can use none of its keys'),
    );
  });

  it('finds that the keys cannot be had', async () => {
    const server = await issuingServer();
    server.fail('/jwks', HTML);
    const found = await diagnosis(server, []);
    expect(found.exitCode).toBe(1);
    expect(complaints(found)).toEqual([
      expect.stringMatching(/^problem: .*\/jwks answered 200 with HTML/),
    ]);
  });

  it('RFC 9111 §5.2.2.1: reads the cache headers and the type', async () => {
    const server = await issuingServer();
    Object.assign(server.keyHeaders, {
      'cache-control': 'public, max-age=5',
      'content-type': 'text/plain',
    });
    const hasty = await diagnosis(server, []);
    expect(complaints(hasty)).toEqual([
      'warning: the JWK set comes as "text/plain"',
      'warning: the JWK set may be kept for 5 seconds only (Cache-Control)',
    ]);
    Object.assign(server.keyHeaders, {
      'cache-control': 'max-age=300',
      'content-type': 'application/json',
    });
    const patient = await diagnosis(server, []);
    expect(saying('a service keeps its keys for up to 5 minutes', patient)).toHaveLength(1);
  });

  it('finds a set that is nearly too large', async () => {
    const server = await issuingServer();
    server.keys[0] = { ...server.key.jwk, x5c: ['A'.repeat(300_000)] };
    const found = await diagnosis(server, []);
    expect(complaints(found)).toEqual([
      expect.stringMatching(/^warning: the JWK set has 300\d+ bytes/),
    ]);
  });
});

describe('audience-auth doctor, of the clock', () => {
  const dated = (seconds: number) => ({
    date: new Date(Date.now() + seconds * 1000).toUTCString(),
  });

  it.each([
    [150, 'problem: its clock is 2 minutes ahead of that of this machine'],
    [-9000, 'warning: its clock is 2 hours behind that of this machine'],
  ])('RFC 9110 §6.6.1: finds one that is %d seconds off', async (seconds, complaint) => {
    const server = await issuingServer();
    server.fail(OAUTH, body(JSON.stringify(server.metadata), dated(seconds)));
    expect(complaints(await diagnosis(server, []))).toEqual([complaint]);
  });

  it('passes over what a service bridges by itself', async () => {
    const server = await issuingServer();
    server.fail(OAUTH, body(JSON.stringify(server.metadata), dated(-3)));
    expect(complaints(await diagnosis(server, []))).toEqual([]);
  });
});

describe('audience-auth doctor, without a client', () => {
  it('gives options for a service that is named, and says that no token has proven them', async () => {
    const server = await issuingServer();
    const found = await diagnosis(server, ['--resource', TICKETS]);
    expect(found.services).toEqual([
      {
        audience: TICKETS,
        proven: false,
        forRoot: `AudienceAuthModule.forRoot({\n  issuer: '${server.issuer}',\n  audience: '${TICKETS}',\n})`,
      },
    ]);
    expect(server.paths).not.toContain('/token');
  });

  it('gives none for a service that can have no such name', async () => {
    const server = await issuingServer();
    const found = await diagnosis(server, ['--resource', server.issuer]);
    expect(found).toMatchObject({ exitCode: 1, services: [] });
    expect(complaints(found)).toEqual([
      expect.stringContaining("is the authorization server's own"),
    ]);
  });
});
