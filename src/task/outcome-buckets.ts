// The buckets of the outcome among the keys of one partition, with the hash of each. A hash holds until a key of its
// bucket changes, so what a new fact costs hardly grows with the number of keys.

import { ByteWriter } from '../domain/bytes.ts';
import { DIGEST_SIZE, type Digest, sha256 } from '../ledger/digest.ts';
import { LEAF_PREFIX, NODE_PREFIX } from '../ledger/merkle.ts';
import { bytesOf } from './columns.ts';
import type { KeyTable } from './key-table.ts';
import type { PartReader } from './part-reader.ts';

/**
 * The lowest bits of a key's hash say its group. A power of two, so that where the number of partitions is a smaller
 * one, a group lies in one partition.
 */
export const GROUPS = 256;
const GROUP_MASK = GROUPS - 1;
const GROUP_BITS = 8;
/** The next bits say the bucket in its group. */
const GROUP_BUCKETS = 256;
/** Of a million keys some fifteen share a bucket: one hash serves them, and a change costs 2 KB to hash. */
const BUCKETS = GROUPS * GROUP_BUCKETS;

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

const EMPTY_BUCKET: Digest = sha256(Buffer.of(LEAF_PREFIX));
const EMPTY_NODE = nodeOf(Array.from({ length: GROUP_BUCKETS }, () => EMPTY_BUCKET));
export const EMPTY_GROUP: Digest = sha256(EMPTY_NODE);

/** A node over others as it is hashed: the prefix, then their hashes in order. */
export function nodeOf(hashes: readonly Digest[]): Buffer {
  return Buffer.concat([Buffer.of(NODE_PREFIX), Buffer.from(hashes.join(''), 'latin1')]);
}

/** The nodes of groups, each over the hashes of its buckets. */
export class BucketGroups {
  private readonly nodes = new Map<number, Buffer>();
  /** The hashes of those that did not change since they were made. */
  private readonly known = new Map<number, Digest>();

  /** Sets the hash of a bucket; null for one that has no key. */
  set(bucket: number, hash: Digest | null): void {
    const group = bucket & GROUP_MASK;
    let node = this.nodes.get(group);
    if (node === undefined) {
      node = Buffer.from(EMPTY_NODE);
      this.nodes.set(group, node);
    }
    node.write(hash ?? EMPTY_BUCKET, 1 + (bucket >>> GROUP_BITS) * DIGEST_SIZE, 'latin1');
    this.known.delete(group);
  }

  /** The hashes of the groups that have, or had, a key. */
  hashes(): ReadonlyMap<number, Digest> {
    for (const [group, node] of this.nodes) if (!this.known.has(group)) this.known.set(group, sha256(node));
    return this.known;
  }

  *parts(): Iterable<Uint8Array> {
    yield bytesOf(new Float64Array([this.nodes.size]));
    yield bytesOf(Uint16Array.from(this.nodes.keys()));
    yield* this.nodes.values();
  }

  /** Takes what `parts` gave. */
  readParts(parts: PartReader): void {
    for (const group of readMarked(parts)) this.nodes.set(group, parts.bytes(EMPTY_NODE.length));
  }
}

export class OutcomeBuckets {
  private readonly source: AssessedKeys;
  /** 1 for each bucket whose hash may not be that of its keys. */
  private readonly changed = new Uint8Array(BUCKETS);
  private readonly groups = new BucketGroups();

  constructor(source: AssessedKeys) {
    this.source = source;
  }

  /** Whatever changes the assessment of a key calls this: a change without it would be missing in the outcome root. */
  mark(slot: number): void {
    this.changed[bucketOf(this.source.keys, slot)] = 1;
  }

  /** The hash of each group that has a key. Only buckets that changed since the last call are hashed. */
  hashes(): ReadonlyMap<number, Digest> {
    if (this.changed.includes(1)) {
      for (const bucket of filledBuckets(this.source, this.changed)) {
        this.groups.set(bucket, scratch.isEmpty ? null : scratch.hash);
      }
      this.changed.fill(0);
    }
    return this.groups.hashes();
  }

  /**
   * The elements of all buckets, end to end: the bucket's number (4 bytes), the length of its elements (4 bytes), the
   * elements. For partitions that each have a part of a bucket only.
   */
  run(): Uint8Array {
    const run = new ByteWriter(64 * 1024);
    for (const bucket of filledBuckets(this.source, new Uint8Array(BUCKETS).fill(1))) {
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
    const changed = Uint16Array.from(markedIn(this.changed));
    yield bytesOf(new Float64Array([changed.length]));
    yield bytesOf(changed);
    yield* this.groups.parts();
  }

  /** Takes what `parts` gave, for the same keys. */
  readParts(parts: PartReader): void {
    for (const bucket of readMarked(parts)) this.changed[bucket] = 1;
    this.groups.readParts(parts);
  }
}

/** The numbers of groups or buckets, after their number. */
function readMarked(parts: PartReader): Uint16Array {
  const count = parts.numbers(1)[0]!;
  return parts.column(Uint16Array, count, count);
}

function bucketOf(keys: KeyTable, slot: number): number {
  return keys.partitionHashOf(slot) & (BUCKETS - 1);
}

function* markedIn(buckets: Uint8Array): Iterable<number> {
  for (let bucket = buckets.indexOf(1); bucket >= 0; bucket = buckets.indexOf(1, bucket + 1)) yield bucket;
}

/** Where the slots of each bucket begin, while some are gone through; of the others it holds anything. */
const starts = new Uint32Array(BUCKETS);

/** Goes through those of the wanted buckets (1 each) that have a key, and has the leaf of each in `scratch`. */
function* filledBuckets(source: AssessedKeys, wanted: Uint8Array): Iterable<number> {
  const slots = slotsByBucket(source.keys, wanted);
  for (let bucket = wanted.indexOf(1), next: number; bucket >= 0; bucket = next) {
    next = wanted.indexOf(1, bucket + 1);
    const from = starts[bucket]!;
    const to = next < 0 ? slots.length : starts[next]!;
    if (to === from) continue;
    sortByKey(source.keys, slots, from, to);
    scratch.clear();
    for (let at = from; at < to; at++) {
      const assessment = source.assessmentOf(slots[at]!);
      if (assessment.to > assessment.from) scratch.add(source, slots[at]!, assessment);
    }
    yield bucket;
  }
}

/** The slots of the wanted buckets, bucket by bucket; `starts` then has where those of each begin. */
function slotsByBucket(keys: KeyTable, wanted: Uint8Array): Uint32Array {
  const { count } = keys;
  for (const bucket of markedIn(wanted)) starts[bucket] = 0;
  for (let slot = 0; slot < count; slot++) {
    const bucket = bucketOf(keys, slot);
    if (wanted[bucket] === 1) starts[bucket]!++;
  }
  let total = 0;
  for (const bucket of markedIn(wanted)) {
    total += starts[bucket]!;
    starts[bucket] = total;
  }
  const slots = new Uint32Array(total);
  // From the last slot on, so that each bucket is filled from its end.
  for (let slot = count - 1; slot >= 0; slot--) {
    const bucket = bucketOf(keys, slot);
    if (wanted[bucket] === 1) slots[--starts[bucket]!] = slot;
  }
  return slots;
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
