// What is recorded of the reading of a file: its figures, or why nothing of it counts.

import { HesabuError, type Reject } from '../domain/errors.ts';
import type { ImportResult } from '../producers/files/import-file.ts';
import type { ImportRecord } from '../projections/imports.ts';
import type { Sink } from './executors/executor.ts';

/** What went through the sink of a file. */
export interface Counted {
  facts: number;
  rejected: number;
  firstReject: Reject | undefined;
}

/** A sink that counts what goes through it: a file that fails has no other result. */
export function countingSink(sink: Sink): readonly [Counted, Sink] {
  const counted: Counted = { facts: 0, rejected: 0, firstReject: undefined };
  return [
    counted,
    {
      ...sink,
      append: (batch) => {
        counted.facts += batch.count;
        return sink.append(batch);
      },
      rejects: (rejects) => {
        counted.rejected += rejects.length;
        counted.firstReject ??= rejects[0];
        return sink.rejects(rejects);
      },
    },
  ];
}

/** Why what was read of such a file is withdrawn. */
const UNREAD = 'the file could not be read as a whole';
const WHOLE_REMEDY = 'Nothing of it was taken. Export the file again, and give it again.';

/** What a run says of a file's rows: their numbers, and what they come to. */
export function figuresOf({
  rows,
  rejected,
  leftOut,
  sums,
  fees,
  isPerhapsCut,
  header,
  each,
}: ImportResult): Partial<ImportRecord> {
  return {
    rows,
    rejected,
    ...(leftOut === 0 ? {} : { left_out: leftOut }),
    sums,
    ...(Object.keys(fees).length === 0 ? {} : { fees }),
    ...(isPerhapsCut ? { perhaps_cut: true } : {}),
    ...(header === null || (header.line === 1 && header.separator === ',') ? {} : { header }),
    ...(each === undefined ? {} : { each }),
  };
}

/** What was read before the fault is in the log: it is withdrawn, so that nothing of the file counts. */
export function unreadRecord(record: ImportRecord, { facts, rejected }: Counted): ImportRecord {
  const unread: ImportRecord = { ...record, status: 'unread', rows: rejected, rejected };
  return facts === 0 ? unread : { ...unread, withdrawn: UNREAD, settled: false };
}

/** Why a file that could be opened was still not read; undefined if it was. A file without rows is read. */
export function untakenFault(where: string, result: ImportResult, first: Reject | undefined): HesabuError | undefined {
  const { rows, rejected, leftOut, lack } = result;
  if (lack === null && (rows === leftOut || rejected < rows - leftOut)) return undefined;
  const told =
    first === undefined
      ? ''
      : `; the first in line ${first.line}: ${[first.field, first.message].filter((part) => part !== '').join(': ')}`;
  return new HesabuError('HESABU_FILE_UNREADABLE', {
    where,
    expected: lack?.expected ?? 'a row that can be taken',
    found: lack?.found ?? `all rows rejected (${rejected})${told}`,
    remedy: lack === null ? 'Correct the file or its mapping, and give it again.' : WHOLE_REMEDY,
  });
}
