// The buckets of the outcome among the keys of one partition, with the hash of each. A hash holds until a key of its
// bucket changes, so what a new fact costs does not grow with the number of keys.

import { ByteWriter } from '../domain/bytes.ts';
import { type Digest, digestBytes, digestFromBytes, sha256 } from '../ledger/digest.ts';
import { LEAF_PREFIX } from '../ledger/merkle.ts';
import { bytesOf } from './columns.ts';
import type { KeyTable } from './key-table.ts';
import type { PartReader } from './part-reader.ts';

/**
 * Of a million keys, some sixty share a bucket: one hash serves them, and a change costs 7 KB to hash. A power of two,
 * so that where the number of partitions is one too, a bucket lies in one partition.
 */
export const BUCKETS = 16_384;

const DIGEST_SIZE = 32;
/** Up to so many keys are sorted by insertion. */
const FEW = 128;

/** Keys with the bytes of their assessments; a key that gave up all its claims has none. */
export interface AssessedKeys {
  readonly keys: KeyTable;
  assessmentOf(slot: number): { readonly bytes: Buffer; readonly from: number; readonly to: number };
}

/**
 * The leaf of a bucket as it is hashed: the prefix, then each key of it that has an assessment, in byte order. An
 * element is the key's length (4 bytes), the key, the assessment's length (4 bytes), the assessment.
 */
export class BucketLeaf {
  private readonly writer = new ByteWriter(64 * 1024);

  clear(): void {
    this.writer.length = 0;
    this.writer.reserve(1);
    this.writer.buffer[this.writer.length++] = LEAF_PREFIX;
  }

  get isEmpty(): boolean {
    return this.writer.length === 1;
  }

  add({ keys }: AssessedKeys, slot: number, assessment: ReturnType<AssessedKeys['assessmentOf']>): void {
    const { bytes, from, to } = assessment;
    const { writer } = this;
    const size = keys.keySizeOf(slot);
    writer.uint32(size);
    writer.reserve(size);
    writer.length += keys.copyKey(slot, writer.buffer, writer.length);
    writer.uint32(to - from);
    writer.rawPart(bytes, from, to);
  }

  /** Adds an element that was laid before. */
  addBytes(bytes: Buffer, from: number, to: number): void {
    this.writer.rawPart(bytes, from, to);
  }

  get hash(): Digest {
    return sha256(this.writer.view());
  }

  get elements(): Buffer {
    return this.writer.view().subarray(1);
  }
}

const scratch = new BucketLeaf();

export class OutcomeBuckets {
  private readonly source: AssessedKeys;
  /** 1 for each bucket whose hash may not be that of its keys. */
  private readonly changed = new Uint8Array(BUCKETS);
  /** The hashes of the buckets that are not empty. */
  private readonly hashed = new Map<number, Digest>();

  constructor(source: AssessedKeys) {
    this.source = source;
  }

  /** Whatever changes the assessment of a key calls this: a change without it would be missing in the outcome root. */
  mark(slot: number): void {
    this.changed[bucketOf(this.source.keys, slot)] = 1;
  }

  /** The hash of each bucket that is not empty. Only what changed since the last call is hashed. */
  hashes(): ReadonlyMap<number, Digest> {
    if (!this.changed.includes(1)) return this.hashed;
    for (const bucket of filledBuckets(this.source, this.changed)) {
      if (scratch.isEmpty) this.hashed.delete(bucket);
      else this.hashed.set(bucket, scratch.hash);
    }
    this.changed.fill(0);
    return this.hashed;
  }

  /**
   * The elements of all buckets, end to end: the bucket's number (4 bytes), the length of its elements (4 bytes), the
   * elements. For partitions that each have a part of a bucket only.
   */
  run(): Uint8Array {
    const run = new ByteWriter(64 * 1024);
    for (const bucket of filledBuckets(this.source)) {
      if (scratch.isEmpty) continue;
      const { elements } = scratch;
      run.uint32(bucket);
      run.uint32(elements.length);
      run.raw(elements);
    }
    // Shared memory, so that a run from a worker thread is not copied on its way to the main thread.
    const shared = new Uint8Array(new SharedArrayBuffer(run.length));
    shared.set(run.view());
    return shared;
  }

  /** For a snapshot: what is hashed, and what changed since. */
  *parts(): Iterable<Uint8Array> {
    const changed = Uint16Array.from([...this.changed.keys()].filter((bucket) => this.changed[bucket] === 1));
    yield bytesOf(new Float64Array([this.hashed.size, changed.length]));
    yield bytesOf(Uint16Array.from(this.hashed.keys()));
    yield digestBytes([...this.hashed.values()].join(''));
    yield bytesOf(changed);
  }

  /** Takes what `parts` gave, for the same keys. */
  readParts(parts: PartReader): void {
    const [hashed, changes] = parts.numbers(2) as unknown as [number, number];
    const [buckets, changed] = [new Uint16Array(hashed), new Uint16Array(changes)];
    const digests = Buffer.alloc(hashed * DIGEST_SIZE);
    for (const column of [bytesOf(buckets), digests, bytesOf(changed)]) parts.into(column);
    for (const [at, bucket] of buckets.entries()) {
      this.hashed.set(bucket, digestFromBytes(digests.subarray(at * DIGEST_SIZE, (at + 1) * DIGEST_SIZE)));
    }
    for (const bucket of changed) this.changed[bucket] = 1;
  }
}

function bucketOf(keys: KeyTable, slot: number): number {
  return keys.partitionHashOf(slot) & (BUCKETS - 1);
}

/** Goes through the buckets that have a key, of all or of the wanted ones, and has the leaf of each in `scratch`. */
function* filledBuckets(source: AssessedKeys, wanted?: Uint8Array): Iterable<number> {
  const { ends, slots } = slotsByBucket(source.keys, wanted);
  let from = 0;
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    const to = ends[bucket]!;
    if (to === from) continue;
    sortByKey(source.keys, slots, from, to);
    scratch.clear();
    for (let at = from; at < to; at++) {
      const assessment = source.assessmentOf(slots[at]!);
      if (assessment.to > assessment.from) scratch.add(source, slots[at]!, assessment);
    }
    yield bucket;
    from = to;
  }
}

/** The slots of the wanted buckets, bucket by bucket, and where each bucket's end. */
function slotsByBucket(keys: KeyTable, wanted?: Uint8Array): { ends: Uint32Array; slots: Uint32Array } {
  const { count } = keys;
  const ends = new Uint32Array(BUCKETS);
  for (let slot = 0; slot < count; slot++) {
    const bucket = bucketOf(keys, slot);
    if (wanted === undefined || wanted[bucket] === 1) ends[bucket]!++;
  }
  let total = 0;
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    total += ends[bucket]!;
    ends[bucket] = total;
  }
  const slots = new Uint32Array(total);
  const next = ends.slice();
  // From the last slot on, so that each bucket is filled from its end.
  for (let slot = count - 1; slot >= 0; slot--) {
    const bucket = bucketOf(keys, slot);
    if (wanted === undefined || wanted[bucket] === 1) slots[--next[bucket]!] = slot;
  }
  return { ends, slots };
}

/** Sorts the slots from `from` to `to` by the bytes of their keys. */
function sortByKey(keys: KeyTable, slots: Uint32Array, from: number, to: number): void {
  if (to - from > FEW) {
    slots.subarray(from, to).sort((left, right) => keys.compare(left, right));
    return;
  }
  for (let end = from + 1; end < to; end++) {
    const slot = slots[end]!;
    // As mostly, where keys came in their order.
    if (keys.compare(slots[end - 1]!, slot) < 0) continue;
    let [low, high] = [from, end];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (keys.compare(slots[middle]!, slot) < 0) low = middle + 1;
      else high = middle;
    }
    slots.copyWithin(low + 1, low, end);
    slots[low] = slot;
  }
}
