// The outcome root: what the facts add up to, in whatever order they arrived and wherever they were processed. Every
// key lies in one of 65,536 buckets, by the low 16 bits of the murmur2 hash that decides its partition. The buckets
// with the same low 8 bits are a group. What is hashed of a bucket, `BucketLeaf` says; the hash of a group is over the
// hashes of its 256 buckets in the order of their high 8 bits, and the root over those of the 256 groups in order,
// empty ones too, each time after the prefix of a node.

import { type Digest, digestToHex, sha256 } from '../ledger/digest.ts';
import { BucketGroups, BucketLeaf, EMPTY_GROUP, GROUPS, nodeOf, type OutcomeBuckets } from './outcome-buckets.ts';

/** What some partitions add to the outcome, as it goes between threads. */
export interface OutcomePart {
  /** The hashes of the groups that lie in one of these partitions and are not empty. */
  readonly hashes: ReadonlyMap<number, Digest>;
  /** Where groups lie in several partitions: the elements in each of these, as `OutcomeBuckets.run` lays them. */
  readonly runs: readonly Uint8Array[];
}

/** The part of these partitions of a ledger that has so many. */
export function outcomePart(tables: Iterable<{ readonly outcome: OutcomeBuckets }>, partitions: number): OutcomePart {
  const hashes = new Map<number, Digest>();
  const runs: Uint8Array[] = [];
  for (const { outcome } of tables) {
    if (GROUPS % partitions === 0) putAll(hashes, outcome.hashes());
    else runs.push(outcome.run());
  }
  return { hashes, runs };
}

/** The root over the parts of all partitions, in hex. */
export function outcomeRoot(parts: readonly OutcomePart[]): string {
  const hashes = new Map<number, Digest>();
  for (const part of parts) putAll(hashes, part.hashes);
  const merged = new BucketGroups();
  for (const [bucket, hash] of mergedBuckets(parts.flatMap(({ runs }) => runs))) merged.set(bucket, hash);
  putAll(hashes, merged.hashes());
  return digestToHex(sha256(nodeOf(Array.from({ length: GROUPS }, (_, group) => hashes.get(group) ?? EMPTY_GROUP))));
}

/** A group that had two hashes would have lost keys. */
function putAll(hashes: Map<number, Digest>, more: Iterable<readonly [number, Digest]>): void {
  for (const [group, hash] of more) {
    if (hashes.has(group)) throw new RangeError(`group ${group} lies in two partitions`);
    hashes.set(group, hash);
  }
}

interface Element {
  readonly bytes: Buffer;
  readonly from: number;
  readonly keyTo: number;
  readonly to: number;
}

/** The hashes of the buckets of which several partitions have elements. */
function* mergedBuckets(runs: readonly Uint8Array[]): Iterable<[number, Digest]> {
  const leaf = new BucketLeaf();
  // A run that came from another thread is no Buffer any more.
  let cursors = runs.map((run) => new RunCursor(Buffer.from(run.buffer, run.byteOffset, run.length)));
  for (;;) {
    cursors = cursors.filter(({ isDone }) => !isDone);
    if (cursors.length === 0) return;
    const bucket = Math.min(...cursors.map((cursor) => cursor.bucket));
    const elements = cursors.filter((cursor) => cursor.bucket === bucket).flatMap((cursor) => cursor.take());
    elements.sort(byKey);
    leaf.clear();
    for (const { bytes, from, to } of elements) leaf.addBytes(bytes, from, to);
    yield [bucket, leaf.hash];
  }
}

function byKey(left: Element, right: Element): number {
  return left.bytes.compare(right.bytes, right.from + 4, right.keyTo, left.from + 4, left.keyTo);
}

/** The next bucket of a run: see `OutcomeBuckets.run`. */
class RunCursor {
  private readonly bytes: Buffer;
  private at = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  get isDone(): boolean {
    return this.at >= this.bytes.length;
  }

  get bucket(): number {
    return this.bytes.readUInt32BE(this.at);
  }

  /** The bucket's elements; the cursor then stands at the next one. */
  take(): Element[] {
    const { bytes } = this;
    const end = this.at + 8 + bytes.readUInt32BE(this.at + 4);
    const elements: Element[] = [];
    for (let from = this.at + 8; from < end; ) {
      const keyTo = from + 4 + bytes.readUInt32BE(from);
      const to = keyTo + 4 + bytes.readUInt32BE(keyTo);
      elements.push({ bytes, from, keyTo, to });
      from = to;
    }
    this.at = end;
    return elements;
  }
}
