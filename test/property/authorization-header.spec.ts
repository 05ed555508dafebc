import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { handled } from '../support/controllers.js';
import { deploy } from '../support/deployment.js';
import { rawRequest } from '../support/raw-request.js';
import { ADAPTERS } from '../support/resource-server.js';
import { headerBytes, headerPieces } from './header-arbitraries.js';
import { runs } from './runs.js';

describe.each(ADAPTERS)('any bytes in the Authorization header, on %s', (adapter) => {
  const deployment = deploy(adapter);
  const send = (value: string) =>
    rawRequest(`${deployment.service.url}/plain`, [`Authorization: ${value}`]);

  beforeEach(() => {
    handled.length = 0;
  });

  it('are refused, and never a fault of the service', async () => {
    const noLine = (value: string) => !/[\r\n]/.test(value);
    await fc.assert(
      fc.asyncProperty(fc.oneof(headerBytes, headerPieces), async (value) => {
        const response = await send(value);
        expect([400, 401]).toContain(response.status);
        // What Node itself refuses never reaches the guard.
        const isOurs = response.headers.has('www-authenticate');
        expect(isOurs || response.status === 400).toBe(true);
        expect(isOurs || !/^[\x20-\x7e]*$/.test(value) || !noLine(value)).toBe(true);
      }),
      runs(150),
    );
    expect(handled).toEqual([]);
  });

  it('let nobody in beside a good token, but spaces where they belong', async () => {
    const token = deployment.issue();
    const around = fc.oneof(
      { weight: 2, arbitrary: fc.constantFrom('', ' ', '   ') },
      headerPieces,
      headerBytes,
    );
    await fc.assert(
      fc.asyncProperty(
        around,
        fc.constantFrom('Bearer', 'bearer', 'BeArEr', 'Bearer:', 'Bear', ''),
        around,
        around,
        async (before, scheme, between, after) => {
          handled.length = 0;
          const value = `${before}${scheme}${between}${token}${after}`;
          const { status } = await send(value);
          // RFC 9110 §5.5: spaces and tabs round a value are not part of it; a line break ends it.
          const [line = '', ...rest] = value.split(/[\r\n]/);
          const [front = '', ...back] = line.split(token);
          const isGood = /^[ \t]*bearer +$/i.test(front) && /^[ \t]*$/.test(back.join('x'));
          expect([200, 400, 401]).toContain(status);
          // A line that comes after it may be the fault of a good one.
          expect(status === 200).toBe(isGood && (rest.length === 0 || status === 200));
          expect(handled).toEqual(status === 200 ? ['plain'] : []);
        },
      ),
      runs(150),
    );
  });
});
