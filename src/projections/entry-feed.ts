// The read model of subscribers: all entries of the ledger, partition by partition, from any place on. A transaction's
// entries come in their order; between transactions there is none.

import { ByteReader } from '../domain/bytes.ts';
import type { Entry } from '../domain/entry.ts';
import { HesabuError } from '../domain/errors.ts';
import { decodeBlock, forEachEntry } from '../ledger/block-codec.ts';
import { readEntry } from '../ledger/entry-codec.ts';
import type { LedgerHead } from '../ledger/head.ts';
import type { EventLog } from '../log/event-log.ts';
import { forEachValue } from '../log/value-frames.ts';

/** In one partition: the next entry is the one at `index` of the block at `height`, or follows it. */
interface Place {
  height: number;
  index: number;
}

export interface EntryPage {
  readonly entries: readonly Entry[];
  /** Where the next page begins. */
  readonly cursor: string;
}

/** `h.i` of each partition, joined by dashes: opaque to who gives it back. */
export function cursorAt(heads: readonly LedgerHead[]): string {
  return formatCursor(heads.map(({ height }) => ({ height: height + 1, index: 0 })));
}

/** Where to go on after each entry of a page, in its order; `from` is the cursor that the page was asked with. */
export function cursorsIn({ entries, cursor }: EntryPage, from: string | null): string[] {
  const places = parseCursor(from, cursor.split('-').length);
  return entries.map(({ partition, height, index }) => {
    places[partition] = { height, index: index + 1 };
    return formatCursor(places);
  });
}

/** At most `limit` entries after a cursor; null for the first. Throws HESABU_CURSOR_INVALID. */
export function entriesAfter(
  log: Pick<EventLog, 'read' | 'end' | 'partitions'>,
  cursor: string | null,
  limit: number,
): EntryPage {
  const places = parseCursor(cursor, log.partitions);
  const entries: Entry[] = [];
  places.forEach((place, partition) => {
    const isBeyond = BigInt(place.height) > log.end('ledger.v1', partition);
    if (isBeyond) throw invalid(`a block that is not there, ${place.height} of partition ${partition}`);
    readPartition(log, partition, place, limit, entries);
  });
  return { entries, cursor: formatCursor(places) };
}

/** Reads on from `place`, which it moves, until there are as many entries as the limit. */
function readPartition(
  log: Pick<EventLog, 'read' | 'end'>,
  partition: number,
  place: Place,
  limit: number,
  entries: Entry[],
): void {
  if (entries.length >= limit || BigInt(place.height) >= log.end('ledger.v1', partition)) return;
  for (const { payload, from } of log.read('ledger.v1', partition, BigInt(place.height))) {
    forEachValue(payload, place.height - Number(from), (start, end) => {
      if (entries.length < limit) readBlock(payload.subarray(start, end), place, limit, entries);
    });
    if (entries.length >= limit) return;
  }
}

function readBlock(bytes: Buffer, place: Place, limit: number, entries: Entry[]): void {
  const { entries: stored } = decodeBlock(bytes);
  const first = place.index;
  let count = 0;
  forEachEntry(stored, (from, to, index) => {
    count = index + 1;
    if (index < first || entries.length >= limit) return;
    entries.push(readEntry(new ByteReader(stored, from, to)));
    place.index = index + 1;
  });
  if (place.index < count) return;
  place.height++;
  place.index = 0;
}

function formatCursor(places: readonly Place[]): string {
  return places.map(({ height, index }) => `${height}.${index}`).join('-');
}

function parseCursor(cursor: string | null, partitions: number): Place[] {
  if (cursor === null) return Array.from({ length: partitions }, () => ({ height: 0, index: 0 }));
  const places = cursor.split('-').map((part) => {
    const [, height, index] = /^(\d{1,9})\.(\d{1,9})$/.exec(part) ?? [];
    if (height === undefined || index === undefined) throw invalid(`"${part.slice(0, 30)}"`);
    return { height: Number(height), index: Number(index) };
  });
  if (places.length !== partitions) throw invalid(`${places.length} parts`);
  return places;
}

function invalid(found: string): HesabuError {
  return new HesabuError('HESABU_CURSOR_INVALID', { where: 'cursor', expected: 'a cursor that an answer gave', found });
}
