// Assigns partitions to workers: the same numbers of every topic, evenly, and where possible those that a worker
// already had, so that little state is restored.

import { AssignerProtocol, type PartitionAssigner } from '../client/kafkajs.ts';

const NAME = 'hesabu-copartitioned';

export interface Member {
  readonly id: string;
  /** Its present partitions. */
  readonly has: readonly number[];
}

/** Partitions by member; independent of the order of the members. */
export function assignPartitions(members: readonly Member[], partitions: number): Map<string, number[]> {
  const sorted = [...members].sort((a, b) => (a.id < b.id ? -1 : 1));
  const result = new Map<string, number[]>(sorted.map(({ id }) => [id, []]));
  const [base, extra] = [Math.floor(partitions / sorted.length), partitions % sorted.length];
  const free = new Set(Array.from({ length: partitions }, (_, partition) => partition));
  let larger = 0;
  for (const { id, has } of sorted) {
    const assigned = result.get(id)!;
    for (const partition of has) {
      const sizeMax = base + (larger < extra ? 1 : 0);
      if (assigned.length < sizeMax && free.delete(partition)) assigned.push(partition);
    }
    if (assigned.length > base) larger++;
  }
  for (const partition of free) {
    const [fewest] = [...result.values()].sort((a, b) => a.length - b.length);
    fewest!.push(partition);
  }
  for (const assigned of result.values()) assigned.sort((a, b) => a - b);
  return result;
}

/** `has` is called each time the worker joins. */
export function copartitioned(
  topics: readonly string[],
  partitions: number,
  has: () => readonly number[],
): PartitionAssigner {
  return () => ({
    name: NAME,
    version: 1,
    assign: async ({ members }) => {
      const known = members.map(({ memberId, memberMetadata }) => ({ id: memberId, has: readHas(memberMetadata) }));
      return [...assignPartitions(known, partitions)].map(([memberId, numbers]) => ({
        memberId,
        memberAssignment: AssignerProtocol.MemberAssignment.encode({
          version: 1,
          assignment: Object.fromEntries(topics.map((topic) => [topic, numbers])),
          userData: Buffer.alloc(0),
        }),
      }));
    },
    protocol: () => ({
      name: NAME,
      metadata: AssignerProtocol.MemberMetadata.encode({
        version: 1,
        topics: [...topics],
        userData: Buffer.from(JSON.stringify(has())),
      }),
    }),
  });
}

function readHas(metadata: Buffer): number[] {
  try {
    const { userData } = AssignerProtocol.MemberMetadata.decode(metadata)!;
    const numbers: unknown = JSON.parse(userData.toString());
    return Array.isArray(numbers) ? numbers.filter((number) => Number.isInteger(number)) : [];
  } catch {
    return [];
  }
}
