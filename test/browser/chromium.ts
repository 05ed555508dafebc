import { existsSync } from 'node:fs';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

const HOW_TO_GET_IT = `These tests need Chromium, and there is none at ${PLACES.join(', ')}.
On Debian: apt-get install -y --no-install-recommends chromium fonts-dejavu-core
Elsewhere, name one: CHROMIUM=/path/to/chromium npm run test:browser`;

/** Where the browser is. */
export function chromiumPath(): string | undefined {
  return [process.env.CHROMIUM ?? PLACES].flat().find((each) => existsSync(each));
}

/** Before all tests: without a browser the run ends with one message, and not with one for each of them. */
export default function setup(): void {
  if (chromiumPath() !== undefined) return;
  console.error(HOW_TO_GET_IT);
  process.exit(1);
}
