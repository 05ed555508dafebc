import { X509Certificate } from 'node:crypto';
import { decodeProtectedHeader } from 'jose';
import { REJECTIONS, type RejectionReason } from 'nestjs-audience-auth';
import {
  hostileTokens,
  TestAuthorizationServer,
  type HostileToken,
} from 'nestjs-audience-auth/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ResourceServer, type AdapterName } from '../support/resource-server.js';
import type { SigningAlgorithm } from '../support/signing-key.js';
import { verdict } from '../support/verdict.js';

/** Each algorithm, each shape of audience and each adapter, with as many others as it takes. */
const SERVICES: readonly (readonly [SigningAlgorithm, audience: string, AdapterName])[] = [
  ['RS256', 'https://tickets.example.com/v1/mcp', 'express'],
  ['RS256', 'urn:example:tickets', 'fastify'],
  ['RS512', 'api://tickets', 'fastify'],
  ['PS256', 'https://tickets.example.com/mcp/', 'fastify'],
  ['PS384', 'Tickets.Example', 'express'],
  ['ES256', '8f14e45f-ceea-467f-a8d7-7f1f3c3b1f0a', 'express'],
  ['ES256', 'https://tickets.example.com', 'fastify'],
  ['ES384', 'https://tickets.example.com/', 'express'],
  ['ES512', 'https://tickets.example.com:8443/Tickets?tenant=1', 'fastify'],
  ['EdDSA', 'http://localhost:3000/mcp', 'fastify'],
  ['Ed25519', 'api://8f14e45f-ceea-467f-a8d7-7f1f3c3b1f0a/tickets', 'express'],
];

/** Whether some hostile token is refused for a reason; if not, why none can be. */
const MET: Readonly<Record<RejectionReason, true | string>> = {
  token_missing: 'there is no token',
  request_malformed: 'a matter of the header, not of the token in it',
  token_too_large: 'Node refuses headers of that size before Nest sees them',
  token_malformed: true,
  critical_header_unsupported: true,
  algorithm_not_allowed: true,
  key_unknown: true,
  signature_invalid: true,
  issuer_missing: true,
  issuer_untrusted: true,
  expiry_missing: true,
  token_expired: true,
  token_not_yet_valid: true,
  token_too_old: true,
  time_claim_malformed: true,
  audience_missing: true,
  audience_malformed: true,
  audience_mismatch: true,
  audience_not_exclusive: 'only with coAudiences',
  token_kind_unexpected: true,
  required_claim_missing: 'only with tokenProfile',
  proof_required: true,
  client_not_authorized: 'only with authorizedParties',
  scope_insufficient: 'a matter of the route',
  authentication_insufficient: 'a matter of the route',
};

/** What a service says of a hostile token, over HTTP. */
async function answered(service: ResourceServer, token: string): Promise<string> {
  const response = await service.request('/plain', { token });
  const { reason } = (await response.json()) as { reason?: string };
  return `${response.status} ${reason ?? 'no reason'}`;
}

describe.each(SERVICES)('with %s, for %s, on %s', (algorithm, audience, adapter) => {
  let server: TestAuthorizationServer;
  let service: ResourceServer;
  let hostile: readonly HostileToken[];

  beforeAll(async () => {
    server = await TestAuthorizationServer.start({ algorithm });
    service = await ResourceServer.start(adapter, { issuer: server.issuer, audience });
    hostile = await hostileTokens(server, { audience });
  });
  afterAll(async () => {
    await service?.stop();
    await server?.stop();
  });

  it('lets in a good token of the same server', async () => {
    for (const aud of [audience, [audience], ['https://another-service.example', audience]]) {
      const token = await server.issue({ aud, scope: 'test' });
      expect(await answered(service, token)).toBe('200 no reason');
    }
  });

  it('refuses each hostile token for its reason, and so does its verifier', async () => {
    const wrong: Record<string, string> = {};
    for (const { name, token, reason } of hostile) {
      const answer = await answered(service, token);
      if (answer !== `401 ${reason}`) wrong[name] = `${answer}, not ${reason}`;
      const said = await verdict(service, token);
      if (said !== reason) wrong[`${name}, to the verifier`] = `${said}, not ${reason}`;
    }
    expect(wrong).toEqual({});
  });

  it('has a hostile token for every reason that there can be one for', () => {
    const reasons = new Set(hostile.map(({ reason }) => reason));
    const expected = Object.entries(MET).filter(([, met]) => met === true);
    expect([...reasons].toSorted()).toEqual(expected.map(([reason]) => reason).toSorted());
    expect([...reasons].filter((reason) => REJECTIONS[reason].status !== 401)).toEqual([]);
  });

  it('has names that differ, and tokens that differ and can be sent', () => {
    expect(hostile.length).toBeGreaterThan(200);
    expect(new Set(hostile.map(({ name }) => name)).size).toBe(hostile.length);
    expect(new Set(hostile.map(({ token }) => token)).size).toBe(hostile.length);
    const unsendable = hostile.filter(
      ({ token }) => !/^[\w\-.~+/]+=*$/.test(token) || token.length > 8000,
    );
    expect(unsendable.map(({ name }) => name)).toEqual([]);
  });

  it('RFC 7515 §4.1.2 to §4.1.6: what tokens point to is there, and would verify them', async () => {
    const named = (part: string) => hostile.find(({ name }) => name.includes(part))?.token ?? '';
    const { jku = '', kid } = decodeProtectedHeader(named('(jku)'));
    const { keys } = (await (await fetch(jku)).json()) as { keys: { kid: string }[] };
    expect(keys.map((key) => key.kid)).toEqual([kid]);
    const { x5u = '' } = decodeProtectedHeader(named('(x5u)'));
    const { x5c: [x5c = ''] = [] } = decodeProtectedHeader(named('(x5c)'));
    for (const text of [await (await fetch(x5u)).text(), Buffer.from(x5c, 'base64')]) {
      const certificate = new X509Certificate(text);
      expect(certificate.subject).toBe('CN=attacker.example');
      expect(certificate.verify(certificate.publicKey)).toBe(true);
      expect(certificate.publicKey.export({ format: 'jwk' })).toEqual(
        expect.objectContaining({ kty: (keys[0] as { kty?: string }).kty }),
      );
    }
  });
});

it.each([undefined, '', ' ', ['https://tickets.example.com'], /tickets/])(
  'is a mistake without the audience of the service: %j',
  async (audience) => {
    const server = await TestAuthorizationServer.start({ algorithm: 'ES256' });
    try {
      await expect(hostileTokens(server, { audience: audience as string })).rejects.toThrow(
        /needs the audience of the service under test/,
      );
    } finally {
      await server.stop();
    }
  },
);
