import autocannon from 'autocannon';

/** Until it is stopped. */
const FOREVER_SECONDS = 3600;

/** Requests to a server, as many as it answers: each connection sends tokens of its own, in turn. */
export class Load {
  static start(url, tokens, connections) {
    const share = tokens.length / connections;
    let connection = 0;
    const generator = autocannon({
      url,
      connections,
      duration: FOREVER_SECONDS,
      setupClient(client) {
        const own = tokens.slice(connection * share, ++connection * share);
        client.setRequests(own.map((token) => ({ headers: { authorization: `Bearer ${token}` } })));
      },
    });
    return new Load(url, generator);
  }

  constructor(url, generator) {
    this.url = url;
    this.generator = generator;
    this.isRunning = true;
    this.#stayAwake();
  }

  /** A generator that has fallen asleep is woken by the server, on its account: the slower it answers, the oftener. */
  #stayAwake() {
    if (this.isRunning) setImmediate(() => this.#stayAwake());
  }

  /** Answers other than 200 would be quick, and worth nothing. */
  async stop() {
    this.isRunning = false;
    this.generator.stop();
    const { non2xx, errors } = await this.generator;
    if (non2xx + errors > 0) {
      throw new Error(`${this.url}: ${non2xx} answers were not 200, and ${errors} requests failed`);
    }
  }
}
