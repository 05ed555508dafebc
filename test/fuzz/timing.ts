/** What the time of one kind of input was, in microseconds. */
export interface Timing {
  /** The least: whatever interrupted the others was not the input. */
  readonly least: number;
  readonly median: number;
  readonly most: number;
}

/**
 * Times how long each input blocks the event loop.
 *
 * @param work what is done with an input; of a promise only what happens before it is returned counts
 */
export async function timed<Input>(
  inputs: readonly Input[],
  work: (input: Input) => unknown,
): Promise<Timing> {
  const times: number[] = [];
  for (const input of inputs) {
    const start = process.hrtime.bigint();
    const outcome = work(input);
    times.push(Number(process.hrtime.bigint() - start) / 1000);
    await Promise.resolve(outcome).catch(() => undefined);
  }
  times.sort((one, other) => one - other);
  const at = (fraction: number): number => times[Math.floor((times.length - 1) * fraction)] ?? NaN;
  return { least: at(0), median: at(0.5), most: at(1) };
}
