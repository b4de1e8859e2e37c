// The courses and sums of one partition as the bytes of a snapshot, and back. One of another format is ignored.

import { createHash } from 'node:crypto';
import type { Instant } from '../../domain/time.ts';
import { bytesOf } from '../../task/columns.ts';
import type { KeyTable } from '../../task/key-table.ts';
import { alignedParts, PartReader } from '../../task/part-reader.ts';
import type { CourseNames } from './course-codec.ts';
import { CourseStore } from './course-store.ts';
import type { SumTexts } from './kept-sums.ts';

const FORMAT = 1;
const LENGTH_SIZE = 8;
/** A key's size comes before it. */
const SIZE_SIZE = 4;

/** What is small, as text. */
interface PartAbout {
  readonly rulesHash: string;
  readonly courseMax: number;
  /** Up to when deadlines were looked at. */
  readonly now: Instant;
  /** How many keys were taken in at least once, and the digest of their names in their order. */
  readonly count: number;
  readonly keys: string;
  readonly names: CourseNames;
  readonly sums: SumTexts;
  /** Slots: without a course, with a residual, to be taken in again. */
  readonly large: readonly number[];
  readonly uneven: readonly number[];
  readonly waiting: readonly number[];
}

export interface PartSnapshot {
  readonly about: PartAbout;
  readonly store: CourseStore;
  /** By slot, of at least as many as were taken in. */
  readonly deadlines: Float64Array;
}

export function partSnapshotBytes({ about, store, deadlines }: PartSnapshot): Uint8Array[] {
  const text = Buffer.from(JSON.stringify({ format: FORMAT, ...about }));
  const length = Buffer.alloc(LENGTH_SIZE);
  length.writeBigUInt64BE(BigInt(text.length));
  const columns = [bytesOf(deadlines.subarray(0, about.count)), ...store.parts(about.count)];
  return [...alignedParts([length, text, ...columns])];
}

/** Undefined for another format. The bytes are those that were written: a checksum said so. */
export function readPartSnapshot(content: Buffer): PartSnapshot | undefined {
  const parts = new PartReader(content, 0);
  const length = Number(parts.bytes(LENGTH_SIZE).readBigUInt64BE(0));
  const { format, ...about } = JSON.parse(parts.bytes(length).toString('utf8'));
  if (format !== FORMAT) return undefined;
  const deadlines = parts.numbers(about.count);
  return { about, store: CourseStore.fromParts(parts, about.count), deadlines };
}

const PIECE_BYTES = 64 * 1024;

/** Tells whether the first so many keys have the same slots elsewhere. */
export function digestOfKeys(keys: KeyTable, count: number): string {
  const digest = createHash('sha256');
  let piece = Buffer.allocUnsafe(PIECE_BYTES);
  let end = 0;
  for (let slot = 0; slot < count; slot++) {
    const size = keys.keySizeOf(slot) + SIZE_SIZE;
    if (end + size > piece.length) {
      digest.update(piece.subarray(0, end));
      end = 0;
      if (size > piece.length) piece = Buffer.allocUnsafe(size);
    }
    end = piece.writeUInt32BE(size, end);
    end += keys.copyKey(slot, piece, end);
  }
  return digest.update(piece.subarray(0, end)).digest('hex');
}
