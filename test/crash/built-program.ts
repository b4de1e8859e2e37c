// A program of these tests as the product is installed: bundled, with its threads. Started by the dozen from sources,
// it would spend most of its time on loading them, in each of its threads again.
import { execFileSync } from 'node:child_process';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Bundles the program of this file, and returns what to start under Node. */
export function buildProgram(path: string): string {
  const name = basename(path, '.ts');
  // Always the same place, so that the code compiled before is found again.
  const folder = join(ROOT, '.cache', 'programs', name);
  execFileSync(process.execPath, [join(ROOT, 'tools', 'bundle.mjs'), folder, path]);
  return join(folder, `${name}.js`);
}
