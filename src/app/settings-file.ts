// Reads the mappings that people write for a command.

import { existsSync } from 'node:fs';
import type { Mappings } from '../producers/files/mapping.ts';
import { parseMappings } from '../producers/files/mapping-file.ts';
import type { FileKind } from '../producers/formats/format.ts';
import { readTextFile } from '../runtime/regular-file.ts';

/**
 * The mappings of a file, given as `FILE`, or as `FILE#NAME` where a kind has several. Throws HESABU_MAPPING_INVALID
 * too, also if it is open which one is meant for one of these kinds.
 */
export function readMappings(given: string, kinds: readonly FileKind[]): Mappings {
  const at = existsSync(given) ? -1 : given.lastIndexOf('#');
  const [path, name] = at < 0 ? [given, undefined] : [given.slice(0, at), given.slice(at + 1)];
  return parseMappings(readTextFile(path), path, { name, kinds });
}
