// What would be read of a file of a provider's portal.

import { HesabuError, type Reject } from '../../domain/errors.ts';
import type { Fact } from '../../domain/fact.ts';
import { quoted } from '../../domain/quotation.ts';
import type { BodyContext } from '../../producers/bodies/body.ts';
import { readFile } from '../../producers/files/import-file.ts';
import type { TableStart } from '../../producers/files/rows.ts';
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
  const found: Reject[] = [];
  const ignored: { place: string; id: string | null; why: string }[] = [];
  // Where the table begins may be known only once its rows were read.
  let table: TableStart | undefined;
  const told = (unread: string | null) => {
    const rejects = found.map((reject) => {
      const { line, message: why } = reject;
      return { field: columnOf(reject, table), why, place: line === null ? '' : `line ${line}` };
    });
    return { facts, rejects, ignored, unread };
  };
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
        table: (start) => {
          table = start;
        },
        reject: (reject) => void found.push(reject),
        leftOut: (line, id) => {
          ignored.push({ place: `line ${line}`, id, why: 'a row that is no fact of this kind' });
        },
      },
    );
    const { lack } = result;
    return told(lack === null ? null : `expected ${lack.expected}, found ${lack.found}`);
  } catch (error) {
    // Whatever the file holds is data.
    if (!(error instanceof HesabuError)) throw error;
    return told(error.message);
  }
}

async function kindOf(path: string, row: RegisteredProvider): Promise<FileKind> {
  const sample = await readSample(path);
  const found = row.exports
    .map(({ kind }) => kind)
    .find((kind) => namedExportIn(sample, { kind, provider: row.name, providers: [row] }) !== undefined);
  return found ?? row.exports[0]?.kind ?? 'settlements';
}

/** The file's own column of a field; of several, the one that the message quotes, or one that is filled. */
function columnOf({ field, original = [], message }: Reject, table: TableStart | undefined): string {
  const names = table?.names.filter((_, at) => table.fields[at]!.includes(field)) ?? [];
  const cells = new Map(original);
  const filled = names.filter((name) => (cells.get(name) ?? '').trim() !== '');
  return filled.find((name) => message.includes(quoted(cells.get(name)!.trim()))) ?? filled[0] ?? names[0] ?? field;
}
