import type { Adapter, AdapterPayload } from 'oidc-provider';

interface Entry {
  readonly model: string;
  readonly payload: AdapterPayload;
  readonly expiresAt: number;
}

/** Of the process, not of a provider: what was registered and granted outlives a rotation of keys. */
const entries = new Map<string, Entry>();

/** Where the authorization server keeps sessions, grants and registered clients: in memory, until it stops. */
export class MemoryAdapter implements Adapter {
  constructor(private readonly model: string) {}

  async upsert(id: string, payload: AdapterPayload, expiresIn = Infinity): Promise<void> {
    const { model } = this;
    entries.set(`${model}:${id}`, { model, payload, expiresAt: Date.now() + expiresIn * 1000 });
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    const entry = entries.get(`${this.model}:${id}`);
    return entry && entry.expiresAt > Date.now() ? entry.payload : undefined;
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.findWhere((payload) => payload.uid === uid);
  }

  async findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    return this.findWhere((payload) => payload.userCode === userCode);
  }

  async consume(id: string): Promise<void> {
    const payload = await this.find(id);
    if (payload) payload.consumed = Math.floor(Date.now() / 1000);
  }

  async destroy(id: string): Promise<void> {
    entries.delete(`${this.model}:${id}`);
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    for (const [key, { payload }] of entries) {
      if (payload.grantId === grantId) entries.delete(key);
    }
  }

  private findWhere(isSought: (payload: AdapterPayload) => boolean): AdapterPayload | undefined {
    const now = Date.now();
    const isFound = ({ model, payload, expiresAt }: Entry): boolean =>
      model === this.model && expiresAt > now && isSought(payload);
    return [...entries.values()].find(isFound)?.payload;
  }
}
