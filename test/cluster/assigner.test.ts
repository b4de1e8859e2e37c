// Partitions are shared evenly and completely, whatever members had before; no member loses one without need.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assignPartitions, type Member } from '../../src/kafka/worker/assigner.ts';

const members = fc.uniqueArray(
  fc.record({ id: fc.string({ minLength: 1, maxLength: 6 }), has: fc.array(fc.integer({ min: -1, max: 20 })) }),
  { minLength: 1, maxLength: 6, selector: ({ id }) => id },
);

test('each partition has one member, and none has two more than another', () => {
  fc.assert(
    fc.property(members, fc.integer({ min: 1, max: 16 }), (all: Member[], partitions) => {
      const assigned = assignPartitions(all, partitions);
      const numbers = [...assigned.values()].flat().sort((a, b) => a - b);
      expect(numbers).toEqual(Array.from({ length: partitions }, (_, partition) => partition));
      const sizes = [...assigned.values()].map(({ length }) => length);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      expect(assignPartitions(all.toReversed(), partitions)).toEqual(assigned);
    }),
  );
});

test('a member with a fair share keeps it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 16 }), (count, partitions) => {
      const ids = Array.from({ length: count }, (_, at) => `m${at}`);
      const first = assignPartitions(
        ids.map((id) => ({ id, has: [] })),
        partitions,
      );
      const again = assignPartitions(
        ids.map((id) => ({ id, has: first.get(id)! })),
        partitions,
      );
      expect(again).toEqual(first);
    }),
  );
});
