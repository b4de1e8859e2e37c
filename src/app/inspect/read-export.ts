// What would be read of a file of a provider's portal.

import { HesabuError } from '../../domain/errors.ts';
import type { Fact } from '../../domain/fact.ts';
import type { BodyContext } from '../../producers/bodies/body.ts';
import { readFile } from '../../producers/files/import-file.ts';
import type { FileKind } from '../../producers/formats/format.ts';
import { fileReading, type RegisteredProvider } from '../../providers/registry.ts';
import { factsIn } from '../batch-facts.ts';
import { namedExportIn } from '../mapping/named-suggestion.ts';
import { readSample } from '../mapping/read-sample.ts';
import type { Inspection } from './inspection.ts';

/** Its first export is tried where the columns are of none, so that the refusal names what is missing. */
export async function readExport(
  path: string,
  row: RegisteredProvider,
  context: BodyContext,
  now: number,
): Promise<Omit<Inspection, 'verified'>> {
  const facts: Fact[] = [];
  const rejects: { field: string; why: string; place: string }[] = [];
  const ignored: { place: string; id: string | null; why: string }[] = [];
  try {
    const kind = await kindOf(path, row);
    const { provider, account, pseudonym, own } = context;
    const mapping = row.fileMapping?.(own ?? {}, kind);
    const result = await readFile(
      {
        ...{ path, kind, provider, account, ...fileReading(provider, kind, mapping, [row]) },
        ...{ importId: 0, partitions: 1, receivedAt: now, statedAt: now, pseudonym },
      },
      {
        append: ({ payload }) => void facts.push(...factsIn(payload)),
        reject: ({ line, field, message }) => {
          rejects.push({ field, why: message, place: line === null ? '' : `line ${line}` });
        },
        leftOut: (line, id) => {
          ignored.push({ place: `line ${line}`, id, why: 'a row that is no fact of this kind' });
        },
      },
    );
    const { lack } = result;
    const unread = lack === null ? null : `expected ${lack.expected}, found ${lack.found}`;
    return { facts, rejects, ignored, unread };
  } catch (error) {
    // Whatever the file holds is data.
    if (!(error instanceof HesabuError)) throw error;
    return { facts, rejects, ignored, unread: error.message };
  }
}

async function kindOf(path: string, row: RegisteredProvider): Promise<FileKind> {
  const sample = await readSample(path);
  const found = row.exports
    .map(({ kind }) => kind)
    .find((kind) => namedExportIn(sample, { kind, provider: row.name, providers: [row] }) !== undefined);
  return found ?? row.exports[0]?.kind ?? 'settlements';
}
