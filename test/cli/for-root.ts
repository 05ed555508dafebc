import { runInThisContext } from 'node:vm';
import { AudienceAuthModule } from 'nestjs-audience-auth';
import { expect, onTestFinished } from 'vitest';
import { ResourceServer } from '../support/resource-server.js';
import { verdict, LET_IN } from '../support/verdict.js';
import type { Diagnosis } from './doctor-run.js';

/** The module as it is printed, made by the very text. */
export function pasted(forRoot: string): ReturnType<typeof AudienceAuthModule.forRoot> {
  const paste = runInThisContext(`(AudienceAuthModule) => ${forRoot}`) as (
    module: typeof AudienceAuthModule,
  ) => ReturnType<typeof pasted>;
  return paste(AudienceAuthModule);
}

/**
 * Services that are set up with what was printed let in their own tokens, and no other's.
 *
 * @param others audiences beside those of the services
 */
export async function expectForRootFits(
  { services }: Diagnosis,
  tokenFor: (audience: string) => string,
  others: readonly string[] = ['https://other.example.com'],
): Promise<void> {
  expect(services).not.toEqual([]);
  const audiences = [...services.map(({ audience }) => audience), ...others];
  for (const { audience, forRoot } of services) {
    const service = await ResourceServer.startWith('express', { imports: [pasted(forRoot)] });
    onTestFinished(() => service.stop());
    for (const each of audiences) {
      const expected = each === audience ? LET_IN : 'audience_mismatch';
      expect(await verdict(service, tokenFor(each))).toBe(expected);
    }
  }
}
