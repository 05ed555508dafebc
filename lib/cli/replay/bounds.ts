/** How much a run may ask of the services. */
export interface Bounds {
  /** Requests that are under way at a time. */
  readonly concurrency: number;
  /** For the whole of one answer. */
  readonly timeoutMs: number;
}

export const DEFAULT_BOUNDS: Bounds = { concurrency: 4, timeoutMs: 10_000 };

/** What a run needs beside the fleet. */
export interface Conditions {
  readonly bounds: Bounds;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Is told what is being done. */
  readonly progress: (step: string) => void;
}

/**
 * Does something for each, a few at a time, in order. After a failure nothing more is begun.
 *
 * @throws the first failure, when nothing is under way any more
 */
export async function eachOf<T, R>(
  items: readonly T[],
  concurrency: number,
  task: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const failures: unknown[] = [];
  const waiting = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of waiting) {
      try {
        results[index] = await task(item);
      } catch (error) {
        failures.push(error);
      }
      if (failures.length > 0) return;
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, worker));
  if (failures.length > 0) throw failures[0];
  return results;
}
