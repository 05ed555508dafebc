/** The value below which this part of the values lies, between 0 and 1. */
export function quantile(values, part) {
  if (values.length === 0) throw new Error('There is no quantile of no values.');
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * part;
  const below = Math.floor(at);
  const next = sorted[Math.ceil(at)];
  return sorted[below] + (next - sorted[below]) * (at - below);
}

export function median(values) {
  return quantile(values, 0.5);
}

/** The median, and the quartiles: half of the values lie between them. */
export function summary(values) {
  const [low, middle, high] = [0.25, 0.5, 0.75].map((part) => quantile(values, part));
  return { median: middle, low, high };
}

/**
 * The summary of the ratios of values that belong together, since they were measured in the same round. What slows a
 * whole round down does not change them.
 */
export function ratios(values, others) {
  if (values.length !== others.length) throw new Error('Each value needs its counterpart.');
  return summary(values.map((value, round) => value / others[round]));
}
