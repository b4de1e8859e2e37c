// Reads the small files that people write for a command: rules and mappings. Anything but a regular file of a size that
// people write is refused: a pipe would never end.

import { closeSync, constants, existsSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { HesabuError } from '../domain/errors.ts';
import type { Mappings } from '../producers/files/mapping.ts';
import { parseMappings } from '../producers/files/mapping-file.ts';
import type { FileKind } from '../producers/formats/format.ts';

const BYTES_MAX = 1024 * 1024;

/** Throws HESABU_FILE_MISSING and HESABU_FILE_UNREADABLE. */
export function readSettingsFile(path: string): string {
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
    if (!stat.isFile() || stat.size > BYTES_MAX) {
      throw new HesabuError('HESABU_FILE_UNREADABLE', {
        where: path,
        expected: `a regular file of at most ${BYTES_MAX} bytes`,
        found,
      });
    }
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw error instanceof HesabuError ? error : unreadable(path, error);
  } finally {
    closeSync(file);
  }
}

/**
 * The mappings of a file, given as `FILE`, or as `FILE#NAME` where a kind has several. Throws HESABU_MAPPING_INVALID
 * too, also if it is open which one is meant for one of these kinds.
 */
export function readMappings(given: string, kinds: readonly FileKind[]): Mappings {
  const at = existsSync(given) ? -1 : given.lastIndexOf('#');
  const [path, name] = at < 0 ? [given, undefined] : [given.slice(0, at), given.slice(at + 1)];
  return parseMappings(readSettingsFile(path), path, { name, kinds });
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
