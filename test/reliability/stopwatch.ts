const TICK_MS = 10;

/**
 * Tells how long something takes, in milliseconds. While the machine is busy with other processes, it stands still: what
 * is measured is how long this one waits, and nobody can promise more.
 */
export async function stopwatch<T>(work: () => Promise<T>): Promise<[elapsed: number, result: T]> {
  let elapsed = 0;
  // An interval that is late does not catch up.
  const ticking = setInterval(() => (elapsed += TICK_MS), TICK_MS);
  const result = await work().finally(() => clearInterval(ticking));
  return [elapsed, result];
}
