// The outcome root as its definition says, from nothing: for a comparison with what is kept from step to step.

import { murmur2 } from '../../src/domain/partition.ts';
import { type Digest, digestToHex, sha256 } from '../../src/ledger/digest.ts';
import { nodeHash } from '../../src/ledger/merkle.ts';
import type { AssessedKeys } from '../../src/task/outcome-buckets.ts';

export const BUCKETS = 16_384;

/** The root in hex. */
export function outcomeByDefinition(tables: readonly AssessedKeys[]): string {
  return digestToHex(rootOf(leavesByDefinition(tables), 0, BUCKETS));
}

/** The leaves of the buckets that are not empty. */
export function leavesByDefinition(tables: readonly AssessedKeys[]): Map<number, Digest> {
  const elements = new Map<number, [Buffer, Buffer][]>();
  for (const table of tables) {
    for (let slot = 0; slot < table.keys.count; slot++) {
      const { bytes, from, to } = table.assessmentOf(slot);
      if (to === from) continue;
      const key = table.keys.keyOf(slot);
      const bucket = murmur2(key) & (BUCKETS - 1);
      const element: [Buffer, Buffer] = [Buffer.from(key), Buffer.from(bytes.subarray(from, to))];
      elements.set(bucket, [...(elements.get(bucket) ?? []), element]);
    }
  }
  const leaves = new Map<number, Digest>();
  for (const [bucket, all] of elements) {
    const parts = all.sort(([left], [right]) => left.compare(right)).flat();
    leaves.set(bucket, leafOf(...parts.flatMap((part) => [lengthOf(part), part])));
  }
  return leaves;
}

/** The hash of a leaf; without parts, that of an empty bucket. */
export function leafOf(...parts: readonly Buffer[]): Digest {
  return sha256(Buffer.concat([Buffer.of(0), ...parts]));
}

const empty = new Map<number, Digest>();

/** The root over the buckets from `from` on, so many as a power of two. */
function rootOf(leaves: ReadonlyMap<number, Digest>, from: number, width: number): Digest {
  const own = new Map([...leaves].filter(([bucket]) => bucket >= from && bucket < from + width));
  const known = own.size === 0 ? empty.get(width) : undefined;
  if (known !== undefined) return known;
  const half = width / 2;
  const root =
    width === 1 ? (own.get(from) ?? leafOf()) : nodeHash(rootOf(own, from, half), rootOf(own, from + half, half));
  if (own.size === 0) empty.set(width, root);
  return root;
}

function lengthOf(part: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(part.length);
  return length;
}
