// How a file would be read, for people who choose a mapping: a reading that stores nothing.

import { checkMapping } from '../app/mapping/check.ts';
import { readArchiveBeginning } from '../archive/imports/import-archive.ts';
import { Pseudonymiser } from '../archive/privacy/pseudonyms.ts';
import type { AccountMapping, PreviewPort } from '../http/preview-port.ts';
import type { Rules } from '../matching/rules.ts';
import { FILE_KINDS } from '../producers/formats/format.ts';
import { type Providers, providerNamed } from '../providers/registry.ts';
import { InTurn } from '../runtime/in-turn.ts';
import type { Config } from './config/config.ts';

export interface PreviewParts {
  readonly ledger: { readonly loop: { readonly rules: Rules } };
  readonly loaded: () => { readonly providers: Providers; readonly config: Pick<Config, 'accounts' | 'data'> };
  readonly pseudonym: (text: string) => string;
}

/** Small, so that other requests are answered between two reads. */
const CHUNK_BYTES = 64 * 1024;

export function filePreviews({ ledger, loaded, pseudonym }: PreviewParts): PreviewPort {
  const { providers, config } = loaded();
  const turns = new InTurn('the files that are previewed', 8);
  const hider = new Pseudonymiser(pseudonym);
  return {
    providers: providers.map(({ name, title }) => ({ name, title })),
    accountMappings: () =>
      loaded().config.accounts.flatMap((settings) => {
        const { provider, account } = settings;
        const row = providerNamed(provider, providers);
        return FILE_KINDS.flatMap((kind): AccountMapping[] => {
          const mapping = row?.fileMapping?.(settings, kind);
          return mapping === undefined ? [] : [{ provider, account, kind, mapping }];
        });
      }),
    read: (job) =>
      turns.run(() => {
        const { merchants: reservations } = ledger.loop.rules;
        return checkMapping({ ...job, hider, reservations, chunkBytes: CHUNK_BYTES });
      }),
    stored: (importId, bytesMax) => readArchiveBeginning(config.data, importId, bytesMax),
  };
}
