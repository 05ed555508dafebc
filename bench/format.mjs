/** Three digits, but no decimals beyond a hundred: what one run has to say. */
export function number(value) {
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en').replaceAll(',', ' ');
  return Number(value.toPrecision(3)).toString();
}

export function microseconds(nanoseconds) {
  return number(nanoseconds / 1000);
}

/** A median with its quartiles. */
export function times({ median, low, high }) {
  return `${ratio(median)} (${ratio(low)}–${ratio(high)})`;
}

/** Ratios around 1 are told apart by hundredths. */
export function ratio(value) {
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
