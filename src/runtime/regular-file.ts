// Reads files that people name: rules, mappings, configurations, keys, proofs. Anything but a regular file of a size
// that such files have is refused: a pipe would wait for its writer, and a device never ends.

import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { HesabuError } from '../domain/errors.ts';

const BYTES_MAX = 1024 * 1024;

/** Throws HESABU_FILE_MISSING and HESABU_FILE_UNREADABLE. */
export function readRegularFile(path: string, bytesMax = BYTES_MAX): Buffer {
  let file: number;
  try {
    // Without waiting for a writer, as the opening of a pipe does otherwise.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    throw unreadable(path, error);
  }
  try {
    const stat = fstatSync(file);
    const found = stat.isDirectory() ? 'a directory' : stat.isFile() ? `${stat.size} bytes` : 'something else';
    if (!stat.isFile() || stat.size > bytesMax) {
      const expected = `a regular file of at most ${bytesMax} bytes`;
      throw new HesabuError('HESABU_FILE_UNREADABLE', { where: path, expected, found });
    }
    return readFileSync(file);
  } catch (error) {
    throw error instanceof HesabuError ? error : unreadable(path, error);
  } finally {
    closeSync(file);
  }
}

/** As UTF-8. Throws as `readRegularFile` does. */
export function readTextFile(path: string): string {
  return readRegularFile(path).toString('utf8');
}

function unreadable(path: string, error: unknown): HesabuError {
  const code = (error as NodeJS.ErrnoException).code ?? 'an error';
  const isMissing = code === 'ENOENT' || code === 'ENOTDIR';
  return new HesabuError(
    isMissing ? 'HESABU_FILE_MISSING' : 'HESABU_FILE_UNREADABLE',
    isMissing ? { where: path } : { where: path, found: code },
    error,
  );
}
