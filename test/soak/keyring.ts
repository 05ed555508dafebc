import { signingKey, type SigningKey } from '../support/signing-key.js';

/** A key that the authorization server signs tokens with. */
export interface Signer {
  readonly key: SigningKey;
  /** Since when it does so without having published the key in time, so that services had a chance to fetch it. */
  readonly sprungAt: number | undefined;
}

/** A key that the authorization server does not publish any more. */
export interface Withdrawn {
  readonly signer: Signer;
  readonly at: number;
  /** When a set without it was first handed out. */
  toldAt: number | undefined;
}

/** The keys of an authorization server, and the ways in which it changes them. */
export class Keyring {
  /** Whose tokens are good. */
  signers: readonly Signer[];
  withdrawn: readonly Withdrawn[] = [];
  private published: readonly SigningKey[];
  private made = 0;

  constructor() {
    const key = this.newKey();
    this.published = [key];
    this.signers = [{ key, sprungAt: undefined }];
  }

  /** What is handed out; whoever asks has been told of withdrawals. */
  handOut(): { keys: unknown[] } {
    for (const each of this.withdrawn) each.toldAt ??= Date.now();
    return { keys: this.published.map(({ jwk }) => jwk) };
  }

  /** Publishes a key, and returns the function that begins to sign with it. */
  announce(): () => void {
    const key = this.newKey();
    this.published = [...this.published, key];
    return () => {
      this.signers = [...this.signers, { key, sprungAt: undefined }];
    };
  }

  /** Publishes a key and signs with it from this moment on; what the others have signed stays good. */
  spring(): void {
    const key = this.newKey();
    this.published = [...this.published, key];
    this.signers = [...this.signers, { key, sprungAt: Date.now() }];
  }

  /** Leaves the newest key only. */
  withdraw(): void {
    this.published = this.published.slice(-1);
    this.retire(this.signers.slice(0, -1));
    this.signers = this.signers.slice(-1);
  }

  /** Another key under the name of the only one. */
  replace(): void {
    const key = this.newKey().as(this.published[0]?.kid ?? '');
    this.published = [key];
    this.retire(this.signers);
    this.signers = [{ key, sprungAt: Date.now() }];
  }

  private retire(signers: readonly Signer[]): void {
    const at = Date.now();
    this.withdrawn = signers.map((signer) => ({ signer, at, toldAt: undefined }));
  }

  private newKey(): SigningKey {
    return signingKey('ES256', `key-${++this.made}`);
  }
}
