import { EXIT, Failure } from '../failure.js';
import type { Fleet } from './fleet.js';

/** The hosts that a file names: nothing is sent to any other, wherever an answer points. */
export class NamedHosts {
  private readonly hosts: ReadonlySet<string>;

  constructor({ services }: Fleet) {
    const urls = services.flatMap(({ url, source }) => [
      url,
      ...(source.kind === 'client' ? [source.client.issuer, source.client.tokenEndpoint] : []),
    ]);
    this.hosts = new Set(urls.flatMap((url) => (url === undefined ? [] : [new URL(url).host])));
  }

  /** @throws Failure if the file does not name the host */
  require(url: string, remedy: string): void {
    const { host } = new URL(url);
    if (this.hosts.has(host)) return;
    throw new Failure(
      EXIT.undecided,
      `nothing is sent to ${host}, a host that the file does not name`,
      remedy,
    );
  }
}
