// The outcome root: what the facts add up to, in whatever order they arrived and wherever they were processed. Every
// key lies in one of 16,384 buckets, by the low bits of the murmur2 hash that decides its partition. The root is that
// of the RFC 6962 tree over all buckets in order, empty ones too; what is hashed of a bucket, `BucketLeaf` says.

import { type Digest, digestToHex, sha256 } from '../ledger/digest.ts';
import { LEAF_PREFIX, nodeHash } from '../ledger/merkle.ts';
import { BUCKETS, BucketLeaf, type OutcomeBuckets } from './outcome-buckets.ts';

const EMPTY_BUCKET: Digest = sha256(Buffer.of(LEAF_PREFIX));

/** What some partitions add to the outcome, as it goes between threads. */
export interface OutcomePart {
  /** The hashes of the buckets that lie in one of these partitions and are not empty. */
  readonly hashes: ReadonlyMap<number, Digest>;
  /** Where buckets lie in several partitions: the elements in each of these, as `OutcomeBuckets.run` lays them. */
  readonly runs: readonly Uint8Array[];
}

/** The part of these partitions of a ledger that has so many. */
export function outcomePart(tables: Iterable<{ readonly outcome: OutcomeBuckets }>, partitions: number): OutcomePart {
  const hashes = new Map<number, Digest>();
  const runs: Uint8Array[] = [];
  for (const { outcome } of tables) {
    if (BUCKETS % partitions === 0) putAll(hashes, outcome.hashes());
    else runs.push(outcome.run());
  }
  return { hashes, runs };
}

/** The root over the parts of all partitions, in hex. */
export function outcomeRoot(parts: readonly OutcomePart[]): string {
  const hashes = new Map<number, Digest>();
  for (const part of parts) putAll(hashes, part.hashes);
  putAll(hashes, mergedBuckets(parts.flatMap(({ runs }) => runs)));
  return digestToHex(rootOfBuckets(hashes));
}

/** A bucket that had two hashes would have lost keys. */
function putAll(hashes: Map<number, Digest>, more: Iterable<readonly [number, Digest]>): void {
  for (const [bucket, hash] of more) {
    if (hashes.has(bucket)) throw new RangeError(`bucket ${bucket} lies in two partitions`);
    hashes.set(bucket, hash);
  }
}

/** The root over all buckets; those that are not given are empty. Only the nodes above the others are hashed. */
function rootOfBuckets(hashes: ReadonlyMap<number, Digest>): Digest {
  let nodes = [...hashes].sort(([left], [right]) => left - right);
  let empty = EMPTY_BUCKET;
  for (let width = BUCKETS; width > 1; width /= 2) {
    const above: [number, Digest][] = [];
    for (let at = 0; at < nodes.length; at++) {
      const [place, hash] = nodes[at]!;
      const isRight = place % 2 === 1;
      const sibling = !isRight && nodes[at + 1]?.[0] === place + 1 ? nodes[++at]![1] : empty;
      above.push([Math.floor(place / 2), isRight ? nodeHash(sibling, hash) : nodeHash(hash, sibling)]);
    }
    nodes = above;
    empty = nodeHash(empty, empty);
  }
  return nodes[0]?.[1] ?? empty;
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
