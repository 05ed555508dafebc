/** Collects everything that is wrong with the options, so that all of it can be told at once. */
export class Problems {
  readonly warnings: string[] = [];
  private readonly errors: string[] = [];

  /** Something that must be mended before the application can start. */
  add(problem: string): void {
    this.errors.push(problem);
  }

  /** Something that works and is probably a mistake. */
  warn(warning: string): void {
    this.warnings.push(warning);
  }

  /** @throws InvalidOptionsError if anything was added */
  throwIfAny(): void {
    if (this.errors.length > 0) throw new InvalidOptionsError(this.errors);
  }
}

/** A programmer's mistake: nothing to catch, something to mend. */
export class InvalidOptionsError extends Error {
  override readonly name = 'InvalidOptionsError';

  constructor(problems: readonly string[]) {
    super(
      `AudienceAuthModule cannot be set up:\n${problems.map((each) => `  - ${each}`).join('\n')}`,
    );
  }
}

/** Names the kind of a value without showing it: an option may hold a secret that went to the wrong place. */
export function kindOf(value: unknown): string {
  if (value === undefined) return 'undefined (an environment variable that is not set?)';
  if (value === null) return 'null';
  if (value === '') return 'an empty string';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty array' : 'an array';
  if (value instanceof RegExp) return 'a regular expression';
  if (typeof value !== 'object') return `a ${typeof value}`;
  const { name } = value.constructor ?? Object;
  return name === 'Object' ? 'an object' : `an object of class ${name}`;
}
