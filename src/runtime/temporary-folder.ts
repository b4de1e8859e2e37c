// The folder of a data directory for files that last as long as one import: on the same disk, since it may be the only
// one that can be written to.

import { rmSync } from 'node:fs';
import { join } from 'node:path';

export function temporaryFolder(dir: string): string {
  return join(dir, 'tmp');
}

/** What a killed process left: its owner alone opens the directory, so nobody reads them any more. */
export function emptyTemporary(dir: string): void {
  rmSync(temporaryFolder(dir), { recursive: true, force: true });
}
