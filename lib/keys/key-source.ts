import { JwksClient } from 'jwks-rsa';
import { discoverJwksUri } from './discovery.js';
import { getJson, nameOf, quoted, type FetchBounds } from './json-document.js';
import { verificationKeys } from './jwk-filter.js';
import { signingKeySet, type SigningKeySet } from './signing-key-set.js';

/** Where the keys of an issuer are. */
export interface KeyLocation {
  readonly issuer: string;
  /** Found by discovery, where absent. */
  readonly jwksUri?: string;
  readonly allowInsecureHttp: boolean;
}

/** The bounds on a download of keys. */
export interface DownloadBounds extends FetchBounds {
  readonly maxKeys: number;
}

/** What an issuer publishes. */
export interface PublishedKeys {
  readonly set: SigningKeySet;
  /** How long the issuer wants the set to be kept (RFC 9111 §5.2.2.1), in milliseconds, where it says so. */
  readonly maxAgeMs: number | undefined;
}

/** The place from which the keys of one issuer are downloaded. */
export class KeySource {
  private discoveredUri: string | undefined;
  private complaints: string | undefined;

  constructor(
    private readonly location: KeyLocation,
    private readonly bounds: DownloadBounds,
    private readonly warn: (message: string) => void,
  ) {}

  /**
   * @param previous the last set, whose keys live on where they are still published
   * @throws Error with a message for an operator's log
   */
  async download(cancelled: AbortSignal, previous?: SigningKeySet): Promise<PublishedKeys> {
    const { issuer, jwksUri, allowInsecureHttp } = this.location;
    const get = (url: string) => getJson(url, this.bounds, cancelled);
    this.discoveredUri ??= jwksUri ?? (await discoverJwksUri(issuer, allowInsecureHttp, get));

    const complaints: string[] = [];
    const ignored = (kid: unknown, why: string) =>
      complaints.push(`key ${kid === undefined ? 'without kid' : quoted(kid)} is not used: ${why}`);
    let maxAgeMs: number | undefined;
    const client = new JwksClient({
      jwksUri: this.discoveredUri,
      // The whole set is cached by its user; jwks-rsa would cache, and limit, by single kids that callers make up.
      cache: false,
      rateLimit: false,
      fetcher: async (uri) => {
        const document = await get(uri);
        if (document.status !== 200) {
          if (document.status < 500) this.forgetLocation();
          throw new Error(`${nameOf(uri)} answered ${document.status}`);
        }
        maxAgeMs = document.maxAgeMs;
        return { keys: verificationKeys(document.json, this.bounds.maxKeys, ignored) };
      },
    });
    try {
      const set = signingKeySet(await client.getSigningKeys(), ignored, previous);
      return { set, maxAgeMs };
    } finally {
      this.complain(complaints);
    }
  }

  /** The keys may have moved: the next download starts with discovery. */
  forgetLocation(): void {
    this.discoveredUri = undefined;
  }

  /** Once, not at each download. */
  private complain(complaints: readonly string[]): void {
    const all = complaints.join('; ');
    if (all === '' || all === this.complaints) return;
    this.complaints = all;
    this.warn(`The JWK set of ${this.location.issuer}: ${all}.`);
  }
}
