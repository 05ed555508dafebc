import type { KeySettings } from '../keys/issuer-keys.js';
import type { KeyOptions } from './key.options.js';
import { refuseUnknownNames } from './option-names.js';
import { kindOf, type Problems } from './problems.js';
import { isObject, type ValueRules } from './value.rules.js';

/** What each number is unless set, and the least it may be. */
const NUMBERS = {
  timeoutMs: [5000, 1],
  cacheMaxAgeMs: [600_000, 1],
  cooldownMs: [5000, 0],
  staleMaxAgeMs: [3_600_000, 0],
  maxResponseBytes: [524_288, 1],
  maxKeys: [100, 1],
} as const satisfies Partial<Record<keyof KeyOptions, readonly [number, number]>>;

/** The option `keys`, checked and completed. */
export function keySettings(
  options: KeyOptions = {},
  values: ValueRules,
  problems: Problems,
): KeySettings {
  if (!isObject(options)) {
    problems.add(`keys is ${kindOf(options)}; give an object, or leave it out.`);
    return keySettings({}, values, problems);
  }
  refuseUnknownNames('keys.', options, [...Object.keys(NUMBERS), 'fetch'], problems);
  const number = (name: keyof typeof NUMBERS): number => {
    const [byDefault, least] = NUMBERS[name];
    return values.whole(`keys.${name}`, options[name], byDefault, least);
  };
  return {
    timeoutMs: number('timeoutMs'),
    cacheMaxAgeMs: number('cacheMaxAgeMs'),
    cooldownMs: number('cooldownMs'),
    staleMaxAgeMs: number('staleMaxAgeMs'),
    maxResponseBytes: number('maxResponseBytes'),
    maxKeys: number('maxKeys'),
    // Looked up per call, so that an instrumented global fetch is used wherever it was installed.
    fetch:
      values.callback('keys.fetch', options.fetch) ??
      ((...request) => globalThis.fetch(...request)),
  };
}
