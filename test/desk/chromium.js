// Where the system's Chromium is, which the tests of the page work. Plain JavaScript: the test runner asks too.
import { existsSync } from 'node:fs';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Undefined where there is none. */
export function chromiumPath(env = process.env) {
  return [env.CHROMIUM ?? '', ...PLACES].find((path) => path !== '' && existsSync(path));
}
