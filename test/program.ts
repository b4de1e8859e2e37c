// The program as tests start it: the bundle, as it runs after an installation. A start of it costs half of one from the
// sources, and tests start it by the thousand; vitest makes it before the tests where it does not fit the sources.
import { execFileSync } from 'node:child_process';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = new URL('..', import.meta.url);

/** The file to run under Node 24, with the arguments of `hesabu`. */
export const MAIN = fileURLToPath(new URL('dist/main.js', ROOT));

export async function setup(): Promise<void> {
  const launcher = pathToFileURL(fileURLToPath(new URL('bin/bundle.js', ROOT))).href;
  const { hasBundle } = (await import(launcher)) as { hasBundle(root: URL): boolean };
  if (!hasBundle(ROOT)) execFileSync(process.execPath, [fileURLToPath(new URL('tools/bundle.mjs', ROOT))]);
}
