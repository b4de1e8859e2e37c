// The read model for subscribers: all entries of the ledger, partition by partition, from any position on. The entries
// of one transaction come in order; there is no order between transactions.

import { ByteReader, ByteWriter } from '../domain/bytes.ts';
import type { Entry } from '../domain/entry.ts';
import { HesabuError } from '../domain/errors.ts';
import { decodeBlock, forEachEntry } from '../ledger/block-codec.ts';
import { readEntry } from '../ledger/entry-codec.ts';
import type { LedgerHead } from '../ledger/head.ts';
import type { EventLog } from '../log/event-log.ts';
import { forEachValue } from '../log/value-frames.ts';

/** In one partition: the next entry is at `index` of the block at `height`, or later. */
export interface Position {
  height: number;
  index: number;
}

export interface EntryPage {
  readonly entries: readonly Entry[];
  /** Where the next page begins. */
  readonly cursor: string;
}

/** The same with the entries as they are stored, each with its length: it goes between threads as one buffer. */
export interface StoredPage {
  readonly stored: Uint8Array;
  readonly cursor: string;
}

/** `h.i` of each partition, joined by dashes; opaque to callers. */
export function cursorAt(heads: readonly LedgerHead[]): string {
  return formatCursor(heads.map(({ height }) => ({ height: height + 1, index: 0 })));
}

/** The cursor after each entry of a page, in order; `from` is the cursor that the page was requested with. */
export function cursorsIn({ entries, cursor }: EntryPage, from: string | null): string[] {
  const positions = parseCursor(from, cursor.split('-').length);
  return entries.map(({ partition, height, index }) => {
    positions[partition] = { height, index: index + 1 };
    return formatCursor(positions);
  });
}

/** At most `limit` entries after a cursor; null for the first page. Throws HESABU_CURSOR_INVALID. */
export function entriesAfter(log: ReadLog, cursor: string | null, limit: number): EntryPage {
  const entries: Entry[] = [];
  return { entries, cursor: readEntries(log, cursor, limit, (entry) => entries.push(entry)) };
}

/** The same page, for another thread. */
export function storedEntriesAfter(log: ReadLog, cursor: string | null, limit: number): StoredPage {
  const writer = new ByteWriter();
  const next = visitStored(log, cursor, limit, (block, from, to) => {
    writer.long(to - from);
    writer.rawPart(block, from, to);
  });
  // A copy with memory of its own: a view would take its neighbours along.
  return { stored: new Uint8Array(writer.view()), cursor: next };
}

export function entriesIn({ stored, cursor }: StoredPage): EntryPage {
  const entries: Entry[] = [];
  const bytes = Buffer.from(stored.buffer, stored.byteOffset, stored.length);
  const reader = new ByteReader(bytes);
  while (reader.at < reader.end) {
    const to = reader.long() + reader.at;
    entries.push(readEntry(new ByteReader(bytes, reader.at, to)));
    reader.at = to;
  }
  return { entries, cursor };
}

/** Visits at most `limit` entries after a cursor, and returns the one behind them. Throws HESABU_CURSOR_INVALID. */
export function readEntries(log: ReadLog, cursor: string | null, limit: number, visit: (entry: Entry) => void): string {
  return visitStored(log, cursor, limit, (block, from, to) => visit(readEntry(new ByteReader(block, from, to))));
}

function visitStored(log: ReadLog, cursor: string | null, limit: number, visit: Visit): string {
  const positions = parseCursor(cursor, log.partitions);
  const reading = { left: limit, visit };
  positions.forEach((position, partition) => {
    const isBeyond = BigInt(position.height) > log.end('ledger.v1', partition);
    if (isBeyond) throw invalid(`the missing block ${position.height} of partition ${partition}`);
    readPartition(log, partition, position, reading);
  });
  return formatCursor(positions);
}

type ReadLog = Pick<EventLog, 'read' | 'end' | 'partitions'>;

/** Takes an entry as it lies in the entries of its block. */
type Visit = (block: Buffer, from: number, to: number) => void;

/** Who reads, and how many entries more. */
interface Reading {
  left: number;
  readonly visit: Visit;
}

/** Reads from `place`, which it advances, until the limit is reached. */
function readPartition(log: ReadLog, partition: number, position: Position, reading: Reading): void {
  if (reading.left === 0 || BigInt(position.height) >= log.end('ledger.v1', partition)) return;
  for (const { payload, from } of log.read('ledger.v1', partition, BigInt(position.height))) {
    forEachValue(payload, position.height - Number(from), (start, end) => {
      if (reading.left > 0) readBlock(payload.subarray(start, end), position, reading);
    });
    if (reading.left === 0) return;
  }
}

function readBlock(bytes: Buffer, position: Position, reading: Reading): void {
  const { entries: stored } = decodeBlock(bytes);
  const first = position.index;
  let count = 0;
  forEachEntry(stored, (from, to, index) => {
    count = index + 1;
    if (index < first || reading.left === 0) return;
    reading.visit(stored, from, to);
    reading.left--;
    position.index = index + 1;
  });
  if (position.index < count) return;
  position.height++;
  position.index = 0;
}

export function formatCursor(positions: readonly Position[]): string {
  return positions.map(({ height, index }) => `${height}.${index}`).join('-');
}

export function parseCursor(cursor: string | null, partitions: number): Position[] {
  if (cursor === null) return Array.from({ length: partitions }, () => ({ height: 0, index: 0 }));
  const positions = cursor.split('-').map((part) => {
    const [, height, index] = /^(\d{1,9})\.(\d{1,9})$/.exec(part) ?? [];
    if (height === undefined || index === undefined) throw invalid(`"${part.slice(0, 30)}"`);
    return { height: Number(height), index: Number(index) };
  });
  if (positions.length !== partitions) throw invalid(`${positions.length} parts`);
  return positions;
}

function invalid(found: string): HesabuError {
  return new HesabuError('HESABU_CURSOR_INVALID', { where: 'cursor', expected: 'a cursor from an answer', found });
}
