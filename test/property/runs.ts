/** By how much `npm run fuzz` multiplies the runs of every property; `npm test` leaves them alone. */
const TIMES = Number(process.env.FUZZ_TIMES ?? 1);

/** Where the inputs begin: the same seed makes the same inputs. Where none is given, fast-check draws one and names it. */
const SEED = process.env.FUZZ_SEED;

/** How often fast-check tries a property: so many times in `npm test`, more often in `npm run fuzz`. */
export function runs(usual: number): { readonly numRuns: number; readonly seed?: number } {
  return { numRuns: usual * TIMES, ...(SEED !== undefined && { seed: Number(SEED) }) };
}

/** Whether this is the long run, which has something to report beside its failures. */
export const isLongRun = TIMES > 1;
