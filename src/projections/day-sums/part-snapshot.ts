// The courses and sums of one partition as the bytes of a snapshot, and back. One of another format is ignored.

import type { Instant } from '../../domain/time.ts';
import { bytesOf } from '../../task/columns.ts';
import { alignedParts, PartReader } from '../../task/part-reader.ts';
import type { CourseNames } from './course-codec.ts';
import { CourseStore } from './course-store.ts';
import type { SumTexts } from './kept-sums.ts';

const FORMAT = 1;
const LENGTH_SIZE = 8;

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
