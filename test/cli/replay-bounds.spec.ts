import { describe, expect, it } from 'vitest';
import { drip, hang, type Answer } from '../support/answers.js';
import { answering, byToken, matrixOf, refusal, replayOver, reportOver, welcome } from './fleet.js';

const NAMES = ['a', 'b', 'c', 'd'];

describe('replay is polite', () => {
  it.each([1, 3])('has %i requests under way at a time, and no more', async (concurrency) => {
    const waiting: (() => void)[] = [];
    let most = 0;
    const url = await answering((_request, response) => {
      waiting.push(() => response.writeHead(401).end());
      most = Math.max(most, waiting.length);
      // One more would have time to come.
      if (waiting.length === concurrency) {
        setTimeout(() => waiting.splice(0).forEach((answer) => answer()), 20);
      }
    });
    // Three requests with own tokens and twelve others, which are full rounds.
    const services = NAMES.slice(1).map((name) => ({ name, url, token: `token-${name}` }));
    await replayOver(services, {}, '--concurrency', String(concurrency));
    expect(most).toBe(concurrency);
  });

  it('asks each service with its own token before any other, and waits for the answer', async () => {
    const order: string[] = [];
    const url = await answering((request, response) => {
      const token = request.headers.authorization ?? 'none';
      order.push(`${token} asked`);
      setTimeout(() => {
        order.push(`${token} answered`);
        refusal(request, response);
      }, 20);
    });
    const services = ['a', 'b'].map((name) => ({ name, url, token: `token-${name}` }));
    await replayOver(services, {}, '--concurrency', '8');
    const own = order.slice(0, 4).map((each) => each.split(' ').slice(1).join(' '));
    expect(own).toEqual(['token-a asked', 'token-b asked', 'token-a answered', 'token-b answered']);
  });

  it('asks each service once for each token', async () => {
    const asked = new Map<string, number>();
    const url = await answering((request, response) => {
      const token = request.headers.authorization ?? 'none';
      asked.set(token, (asked.get(token) ?? 0) + 1);
      return refusal(request, response);
    });
    const other = await byToken({ 'token-b': welcome });
    await replayOver([
      { name: 'a', url, token: 'token-a' },
      { name: 'b', url: other, token: 'token-b' },
    ]);
    expect(Object.fromEntries(asked)).toEqual({
      'Bearer token-a': 1,
      'Bearer token-b': 1,
      none: 1,
      'Bearer not-a-token': 1,
    });
  });
});

describe('replay comes to an end', () => {
  /** Of service a, which answers in this way, beside one in order. */
  const over = async (answer: Answer, timeoutSeconds = '0.3', ...options: string[]) => {
    const a = await byToken({}, answer);
    const b = await byToken({ 'token-b': welcome });
    const services = [
      { name: 'a', url: a, token: 'token-a' },
      { name: 'b', url: b, token: 'token-b' },
    ];
    return reportOver(services, {}, '--timeout-seconds', timeoutSeconds, ...options);
  };

  it('though a service never answers, and does not ask it for ever', async () => {
    let asked = 0;
    const answer: Answer = (request, response) => {
      asked += 1;
      return hang(request, response);
    };
    const { exitCode, report } = await over(answer, '0.2', '--concurrency', '1');
    expect(exitCode).toBe(2);
    expect(matrixOf(report)).toBe('? ? / ? ✓ / ? ✗ / ? ✗');
    expect(report.cells[0]?.silence).toMatch(/did not answer in full within 200 ms$/);
    expect(report.cells.at(-2)).toMatchObject({ note: 'not asked' });
    expect(asked).toBe(2);
  });

  it('though the body of a refusal drips for ever: status and challenge are enough', async () => {
    const { report } = await over((request, response) => {
      const { authorization } = request.headers;
      if (authorization === 'Bearer token-a') return welcome(request, response);
      response.writeHead(401, { 'www-authenticate': 'Bearer error="invalid_token"' }).write('{');
      const dripping = setInterval(() => response.write(' '), 10);
      response.once('close', () => clearInterval(dripping));
      return undefined;
    });
    expect(matrixOf(report)).toBe('✓ ✗ / ✗ ✓ / ✗ ✗ / ✗ ✗');
  });

  it('though a success never ends: it is not read', async () => {
    const { report } = await over((request, response) =>
      request.headers.authorization === 'Bearer token-a'
        ? drip(request, response)
        : refusal(request, response),
    );
    expect(matrixOf(report)).toBe('✓ ✗ / ✗ ✓ / ✗ ✗ / ✗ ✗');
  });

  it('and reads no more than 64 kB of a body, however fast it comes', async () => {
    let written = 0;
    const { report } = await over((request, response) => {
      if (request.headers.authorization === 'Bearer token-a') return welcome(request, response);
      response.writeHead(401, { 'www-authenticate': 'Bearer error="invalid_token"' });
      const flood = (): void => {
        written += 65_536;
        response.write(Buffer.alloc(65_536));
        if (!response.destroyed) response.once('drain', flood);
      };
      flood();
      return undefined;
    }, '5');
    expect(matrixOf(report)).toBe('✓ ✗ / ✗ ✓ / ✗ ✗ / ✗ ✗');
    // What fits into the buffers of three connections.
    expect(written).toBeLessThan(64 * 1024 * 1024);
  });
});
