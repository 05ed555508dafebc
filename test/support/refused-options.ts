import { inspect } from 'node:util';
import { AudienceAuthModule, type AudienceAuthOptions } from 'nestjs-audience-auth';
import { expect, it } from 'vitest';

export const ISSUER = 'https://auth.example.com';
export const GOOD_OPTIONS = {
  issuer: ISSUER,
  audience: 'https://tickets.example.com/v1/mcp',
} as const satisfies AudienceAuthOptions;

/** Whatever a program without types may hand over. */
export type AnyOptions = Readonly<Record<string, unknown>>;

/** Wrong options by name, to stand beside good ones, and what is said of them. */
export type Refusals = Record<string, readonly (readonly [AnyOptions, RegExp])[]>;

const HEAD = 'AudienceAuthModule cannot be set up:\n  - ';

/** What is wrong with the options, one line each; nothing, if they are good. */
export function problems(options: unknown): string[] {
  try {
    AudienceAuthModule.forRoot(options as AudienceAuthOptions);
    return [];
  } catch (error) {
    const { message } = error as Error;
    return message.startsWith(HEAD) ? message.slice(HEAD.length).split('\n  - ') : [message];
  }
}

/** Makes a test of each: it is one problem, and it is told in one line. */
export function itRefuses(refusals: Refusals): void {
  const cases = Object.values(refusals)
    .flat()
    .map(
      ([options, problem]) =>
        [inspect(options, { breakLength: Infinity }), options, problem] as const,
    );
  it.each(cases)('%s', (_name, options, problem) => {
    expect(problems({ ...GOOD_OPTIONS, ...options })).toEqual([expect.stringMatching(problem)]);
  });
}
