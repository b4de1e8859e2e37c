// The canonical Avro bytes of a ledger entry. The schema is schemas/entry.avsc; the tests compare the bytes with those
// of another Avro library.

import { ByteScan } from '../domain/byte-scan.ts';
import type { ByteReader, ByteWriter } from '../domain/bytes.ts';
import type { Cause, Entry, EntryDraft } from '../domain/entry.ts';
import { ENTRY_KINDS, type EntryKind, STAGES } from '../domain/reasons.ts';
import { readFinding, readKind, writeFinding } from './finding-codec.ts';

/** The position and time of an entry: what its block adds to the draft. */
export type EntryPlace = Pick<Entry, 'partition' | 'height' | 'index' | 'as_of'>;

/** Writes the entry of a draft at a position, without an object for the entry. */
export function writePlacedEntry(writer: ByteWriter, draft: EntryDraft, place: EntryPlace): void {
  writer.long(place.partition);
  writer.long(place.height);
  writer.long(place.index);
  writer.string(draft.key);
  writer.long(draft.version);
  writer.string(draft.merchant);
  writer.string(draft.provider);
  writeFinding(writer, draft.finding);
  writeCause(writer, draft.cause);
  const { supersedes } = draft;
  if (supersedes.length > 0) {
    writer.long(supersedes.length);
    for (const id of supersedes) writer.string(id);
  }
  writer.long(0);
  writer.long(place.as_of);
}

function writeCause(writer: ByteWriter, cause: Cause | null): void {
  writer.long(cause === null ? 0 : 1);
  if (cause === null) return;
  writer.string(cause.topic);
  writer.long(cause.partition);
  writer.long(Number(cause.offset));
}

/** The part of an entry that decides where it is routed, without reading the rest: its kind, and where its key is. */
export function readEntryAddress(reader: ByteReader): { kind: EntryKind; keyFrom: number; keyTo: number } {
  const size = toKey(reader);
  const keyFrom = reader.at;
  const keyTo = keyFrom + size;
  reader.at = keyTo;
  reader.skipLong();
  reader.skipString();
  reader.skipString();
  return { kind: readKind(reader), keyFrom, keyTo };
}

/** Moves the reader to an entry's key, and returns the key's size. */
export function toKey(reader: ByteReader): number {
  for (let skipped = 0; skipped < 3; skipped++) reader.skipLong();
  return reader.long();
}

/** Reads one entry. Throws a RangeError if the bytes end too early or hold a value that no entry can have. */
export function readEntry(reader: ByteReader): Entry {
  const partition = reader.long();
  const height = reader.long();
  const index = reader.long();
  const key = reader.string();
  const version = reader.long();
  const merchant = reader.string();
  const provider = reader.string();
  const finding = readFinding(reader);
  const cause = readCause(reader);
  const supersedes = readIds(reader);
  const as_of = reader.long();
  return { partition, height, index, key, version, merchant, provider, finding, cause, supersedes, as_of };
}

const scan = new ByteScan();
/** Avro writes the index of a symbol below 64 as one byte: twice the index. */
const KINDS_END = ENTRY_KINDS.length << 1;
const STAGES_END = STAGES.length << 1;

/**
 * Whether these bytes are an entry at this place, without a reason and without ids of other entries, as most are. Where
 * it is false, the bytes may be an entry all the same: `readEntry` tells.
 */
export function isUsualEntry(bytes: Buffer, from: number, to: number, place: EntryPlace): boolean {
  scan.begin(bytes, from);
  if (scan.long() !== place.partition || scan.long() !== place.height || scan.long() !== place.index) return false;
  scan.skipText();
  scan.long();
  scan.skipText();
  scan.skipText();
  if (!isSymbol(scan.byte(), KINDS_END) || !isSymbol(scan.byte(), STAGES_END)) return false;
  if (scan.isPresent()) return false;
  scan.skipText();
  for (let skipped = 0; skipped < 4; skipped++) scan.skipOptionalText();
  scan.optionalLong();
  if (scan.isPresent()) {
    scan.skipText();
    scan.long();
    scan.long();
  }
  return scan.byte() === 0 && scan.long() === place.as_of && scan.at === to;
}

function isSymbol(byte: number, end: number): boolean {
  return byte < end && (byte & 1) === 0;
}

function readCause(reader: ByteReader): Cause | null {
  if (!reader.boolean()) return null;
  return { topic: reader.string(), partition: reader.long(), offset: BigInt(reader.long()) };
}

function readIds(reader: ByteReader): string[] {
  const ids: string[] = [];
  const count = reader.long();
  if (count === 0) return ids;
  for (let left = count; left > 0; left--) ids.push(reader.string());
  if (count < 0 || reader.long() !== 0) throw new RangeError('an array is not in one block');
  return ids;
}
