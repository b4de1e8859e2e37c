// Checks what a mapping makes of a file, as the command line names both.

import { HesabuError } from '../../domain/errors.ts';
import { FILE_KINDS, type FileKind } from '../../producers/formats/format.ts';
import { DEFAULT_PROVIDER } from '../../providers/default-provider.ts';
import { readMappings } from '../settings-file.ts';
import { type CheckedMapping, checkMapping } from './check.ts';
import { suggestFile } from './suggest-file.ts';

export interface CheckFileOptions {
  readonly kind?: FileKind | undefined;
  readonly provider?: string | undefined;
  readonly account?: string | undefined;
  /** The file of the mapping; `FILE#NAME` for one of several. */
  readonly mapping?: string | undefined;
}

/** Throws HESABU_USAGE where the mapping has several kinds and nobody says which. */
export async function checkFile(path: string, options: CheckFileOptions): Promise<CheckedMapping> {
  const { mapping: named, provider, account } = options;
  const mappings =
    named === undefined ? {} : readMappings(named, options.kind === undefined ? FILE_KINDS : [options.kind]);
  const kinds = Object.keys(mappings) as FileKind[];
  const kind = options.kind ?? (kinds.length === 1 ? kinds[0]! : await concludedKind(path, kinds));
  const mapping = mappings[kind];
  if (named !== undefined && mapping === undefined) {
    const expected = `a part for ${kind}`;
    throw new HesabuError('HESABU_MAPPING_INVALID', { where: named, expected, found: kinds.join(', ') || 'none' });
  }
  return checkMapping({
    ...{ path, kind, mapping },
    provider: mapping?.provider ?? provider ?? DEFAULT_PROVIDER,
    account: mapping?.account ?? account ?? null,
  });
}

async function concludedKind(path: string, kinds: readonly FileKind[]): Promise<FileKind> {
  if (kinds.length > 1) {
    const expected = `--kind, as the mapping has ${kinds.join(' and ')}`;
    throw new HesabuError('HESABU_USAGE', { where: 'mapping check', expected, found: 'none' });
  }
  return (await suggestFile(path, {})).kind;
}
