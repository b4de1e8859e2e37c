// The outcome root as its definition says, from nothing: for a comparison with what is kept from step to step.

import { murmur2 } from '../../src/domain/partition.ts';
import { type Digest, digestBytes, digestToHex, sha256 } from '../../src/ledger/digest.ts';
import type { AssessedKeys } from '../../src/task/outcome-buckets.ts';

/** So many buckets are a group, and there are so many groups. */
const WIDTH = 256;

/** The root in hex. */
export function outcomeByDefinition(tables: readonly AssessedKeys[]): string {
  const leaves = leavesByDefinition(tables);
  const groups = Array.from({ length: WIDTH }, () => EMPTY_GROUP);
  for (const group of new Set([...leaves.keys()].map((bucket) => bucket % WIDTH))) {
    groups[group] = nodeOf(groups.map((_, high) => leaves.get(high * WIDTH + group) ?? EMPTY));
  }
  return digestToHex(nodeOf(groups));
}

/** The leaves of the buckets that are not empty. */
function leavesByDefinition(tables: readonly AssessedKeys[]): Map<number, Digest> {
  const elements = new Map<number, [Buffer, Buffer][]>();
  for (const table of tables) {
    for (let slot = 0; slot < table.keys.count; slot++) {
      const { bytes, from, to } = table.assessmentOf(slot);
      if (to === from) continue;
      const key = table.keys.keyOf(slot);
      const bucket = murmur2(key) & (WIDTH * WIDTH - 1);
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
function leafOf(...parts: readonly Buffer[]): Digest {
  return sha256(Buffer.concat([Buffer.of(0), ...parts]));
}

const EMPTY = leafOf();
const EMPTY_GROUP = nodeOf(Array.from({ length: WIDTH }, () => EMPTY));

function nodeOf(hashes: readonly Digest[]): Digest {
  return sha256(Buffer.concat([Buffer.of(1), digestBytes(hashes.join(''))]));
}

function lengthOf(part: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(part.length);
  return length;
}
