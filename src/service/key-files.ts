// Who may read and change DIR/keys: the service's own user, and nobody else. Who writes there gives himself an API key;
// who reads there signs the ledger, and leads pseudonyms back to telephone numbers.

import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { HesabuError } from '../domain/errors.ts';
import { shellWord } from '../runtime/shell-word.ts';

const OTHERS = 0o077;
const ROOT = 0;

/** Throws HESABU_KEYS_EXPOSED. Systems without owners and modes of files, such as Windows, have nothing to check. */
export function checkKeyFiles(data: string): void {
  const user = process.getuid?.();
  if (user === undefined) return;
  const folder = join(data, 'keys');
  for (const path of [folder, ...namesIn(folder).map((name) => join(folder, name))]) {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) continue;
    const mode = stat.mode & 0o777;
    if ((mode & OTHERS) !== 0) {
      const remedy = `Run: chmod go= ${shellWord(path)}; and make new keys if somebody else could use the machine.`;
      throw exposed(path, 'a file of its owner alone', `the mode ${mode.toString(8).padStart(4, '0')}`, remedy);
    }
    if (stat.uid !== user && stat.uid !== ROOT) {
      const remedy = `Give it to the user of the service: chown ${user} ${shellWord(path)}.`;
      throw exposed(path, `a file of the user ${user}`, `one of the user ${stat.uid}`, remedy);
    }
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function exposed(where: string, expected: string, found: string, remedy: string): HesabuError {
  return new HesabuError('HESABU_KEYS_EXPOSED', { where, expected, found, remedy });
}
