import { expect, onTestFinished } from 'vitest';
import { json, status } from '../support/answers.js';
import { AuthorizationServer, JWKS } from '../support/authorization-server.js';
import { COOLDOWN, MAX_AGE, pass } from '../support/clock.js';
import { ResourceServer, type AdapterName } from '../support/resource-server.js';
import { signingKey } from '../support/signing-key.js';
import { AUDIENCE } from '../support/tokens.js';
import { ELSEWHERE } from './fault.js';
import type { Case } from './faults.js';

const OPENID = '/.well-known/openid-configuration';
const NEW_JWKS = '/new-jwks';

/** An authorization server with one fault, a service that had its keys before the fault began, and one that had not. */
export class Laboratory {
  /** Known to the warm service before the fault. */
  readonly oldKey = signingKey('ES256', 'old');
  /** Published when the fault begins. */
  readonly newKey = signingKey('ES256', 'new');
  warm!: ResourceServer;
  cold!: ResourceServer;

  private constructor(
    readonly server: AuthorizationServer,
    private readonly fault: Case,
  ) {}

  /** Everything is well, and the one service knows it. */
  static async open(fault: Case): Promise<Laboratory> {
    const server = await AuthorizationServer.start();
    onTestFinished(() => server.stop());
    const laboratory = new Laboratory(server, fault);
    server.rotate(laboratory.oldKey);
    const [warmAdapter] = laboratory.adapters;
    laboratory.warm = await laboratory.startService(warmAdapter);
    await expectLetIn(laboratory.warm, laboratory.oldToken);
    return laboratory;
  }

  /** The fault begins, the keys of the warm service are too old, and the other service starts. */
  async begin(): Promise<void> {
    const { server, fault } = this;
    server.rotate(this.newKey, { keepOld: true });
    pass(MAX_AGE);
    if (fault.document === 'metadata') await this.makeMetadataMatter();
    const good = fault.document === 'metadata' ? { ...server.metadata } : { keys: server.keys };
    const answer = fault.spoil(good, server);
    server.fail(ELSEWHERE, json(good));
    if (fault.document === 'keys') server.fail(JWKS, answer);
    else for (const place of [server.metadataPath, OPENID]) server.fail(place, answer);
    const [, coldAdapter] = this.adapters;
    this.cold = await this.startService(coldAdapter);
  }

  /** The fault ends, and with it the old key. */
  end(): void {
    this.server.rotate(this.newKey);
    this.server.recover();
    if (this.fault.document === 'metadata') this.moveKeys();
  }

  /** A service that has its keys asks for metadata only when the keys are no longer where they were. */
  private async makeMetadataMatter(): Promise<void> {
    this.moveKeys();
    await expectLetIn(this.warm, this.oldToken);
    pass(COOLDOWN);
  }

  private moveKeys(): void {
    const { server } = this;
    server.metadata['jwks_uri'] = server.origin + NEW_JWKS;
    server.fail(JWKS, status(404));
    server.fail(NEW_JWKS, json({ keys: server.keys }));
  }

  /** Each adapter has each kind of service: what can be wrong with the one document can be wrong with the other. */
  private get adapters(): readonly [warm: AdapterName, cold: AdapterName] {
    return this.fault.document === 'keys' ? ['express', 'fastify'] : ['fastify', 'express'];
  }

  private async startService(adapter: AdapterName): Promise<ResourceServer> {
    const { issuer } = this.server;
    const { timeoutMs } = this.fault.consequence;
    const service = await ResourceServer.start(adapter, {
      issuer,
      audience: AUDIENCE,
      keys: { timeoutMs },
    });
    onTestFinished(() => service.stop());
    return service;
  }

  private readonly oldToken = () => this.server.issue({}, {}, this.oldKey);
}

/** Lets this token in, if not at once, then at the next try: a busy machine may keep even a good answer back. */
export async function expectLetIn(
  service: ResourceServer,
  token: () => string,
  retries = 1,
): Promise<void> {
  const response = await service.request('/plain', { token: token() });
  if (response.status === 503 && retries > 0) {
    pass(COOLDOWN);
    await expectLetIn(service, token, retries - 1);
    return;
  }
  expect(response.status).toBe(200);
}
