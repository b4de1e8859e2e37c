// Suggests a mapping for a file on the disk or for standard input.

import { HesabuError } from '../../domain/errors.ts';
import type { FileKind } from '../../producers/formats/format.ts';
import { PROVIDERS } from '../../providers/registry.ts';
import { readSample } from './read-sample.ts';
import { suggestMapping } from './suggest.ts';
import type { Suggestion } from './suggestion.ts';

export interface SuggestFileOptions {
  readonly kind?: FileKind | undefined;
  readonly provider?: string | undefined;
  /** As somebody names it, for a text that is not in Unicode. */
  readonly encoding?: string | undefined;
}

/** Throws as an import does where the file cannot be read; HESABU_HEADER_INVALID where no row may be a header. */
export async function suggestFile(path: string, options: SuggestFileOptions): Promise<Suggestion> {
  const sample = await readSample(path, { encoding: options.encoding });
  const suggestion = suggestMapping(sample, { ...options, providers: PROVIDERS });
  if (suggestion !== undefined) return suggestion;
  const expected = 'a row with the names of at least two columns';
  throw new HesabuError('HESABU_HEADER_INVALID', { where: path, expected, found: 'none in its first rows' });
}
