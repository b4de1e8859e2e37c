// The file that a command about mappings looks at: one on the disk, or the standard input.

import { tmpdir } from 'node:os';
import { STANDARD_INPUT, storeInput } from '../../producers/files/standard-input.ts';

/** Uses a regular file with the content; the standard input is stored meanwhile. */
export async function withGivenFile<Result>(given: string, use: (path: string) => Promise<Result>): Promise<Result> {
  if (given !== STANDARD_INPUT) return use(given);
  const stored = await storeInput(process.stdin, tmpdir());
  try {
    return await use(stored.path);
  } finally {
    stored.remove();
  }
}
