const QUIET_MS = 5000;

let shownAt = -Infinity;

/** Says what is being measured: on a terminal in one line that is written over, elsewhere every few seconds. */
export function progress(text) {
  const now = performance.now();
  const line = `${Math.round(now / 1000)
    .toString()
    .padStart(4)} s  ${text}`;
  if (process.stderr.isTTY) {
    process.stderr.write(`\r\u001B[2K${line}`);
  } else if (now - shownAt > QUIET_MS) {
    shownAt = now;
    process.stderr.write(`${line}\n`);
  }
}
