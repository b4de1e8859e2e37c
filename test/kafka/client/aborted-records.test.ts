// Records of aborted transactions are hidden from readers, wherever a fetch begins and however transactions overlap.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type AbortedTransaction, committedBatches } from '../../../src/kafka/client/aborted-records.ts';
import type { RecordBatch } from '../../../src/kafka/client/record-set.ts';
import { batchOf } from '../given-records.ts';

const [COMMIT, ABORT] = [Buffer.from([0, 0, 0, 1]), Buffer.from([0, 0, 0, 0])];

const record = (offset: number, producerId: string, isTransactional = true): RecordBatch =>
  batchOf(
    { offset: String(offset), key: Buffer.from('key'), value: null },
    { producerId: BigInt(producerId), isTransactional },
  );
const marker = (offset: number, producerId: string, key: Buffer): RecordBatch =>
  batchOf(
    { offset: String(offset), key, value: null },
    { producerId: BigInt(producerId), isTransactional: true, isControl: true },
  );
const shown = (batches: readonly RecordBatch[], transactions: readonly AbortedTransaction[]) =>
  committedBatches(batches, transactions).map(({ firstOffset }) => firstOffset);

test('a fetch that begins within two aborted transactions', () => {
  const transactions = [
    { producerId: '1', firstOffset: '10' },
    { producerId: '2', firstOffset: '11' },
  ];
  const batches = [record(12, '2'), record(13, '1'), marker(14, '1', ABORT), marker(15, '2', ABORT), record(16, '2')];
  expect(shown(batches, transactions)).toEqual([16]);
});

test('the same result as for a reader of the whole log', () => {
  const step = fc.record({
    producer: fc.constantFrom('1', '2', '3', '4'),
    what: fc.constantFrom('write', 'write', 'write', 'commit', 'abort', 'plain' as const),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.nat({ max: 60 }), (steps, start) => {
      const open = new Map<string, { first: number; offsets: number[] }>();
      const aborted: { producerId: string; firstOffset: string; last: number }[] = [];
      const readable = new Set<number>();
      const log: RecordBatch[] = [];
      for (const { producer, what } of steps) {
        const offset = log.length;
        const transaction = open.get(producer);
        if (what === 'plain') {
          readable.add(offset);
          log.push(record(offset, '9', false));
        } else if (what === 'write') {
          if (transaction === undefined) open.set(producer, { first: offset, offsets: [offset] });
          else transaction.offsets.push(offset);
          log.push(record(offset, producer));
        } else if (transaction !== undefined) {
          if (what === 'commit') for (const one of transaction.offsets) readable.add(one);
          else aborted.push({ producerId: producer, firstOffset: String(transaction.first), last: offset });
          open.delete(producer);
          log.push(marker(offset, producer, what === 'commit' ? COMMIT : ABORT));
        }
      }
      // A reader of committed records gets the records before the first open transaction, without the aborted ones.
      const end = Math.min(log.length, ...[...open.values()].map(({ first }) => first));
      const from = Math.min(start, end);
      const transactions = aborted.filter(({ last, firstOffset }) => last >= from && Number(firstOffset) < end);
      expect(shown(log.slice(from, end), transactions)).toEqual(
        [...readable].filter((offset) => offset >= from && offset < end).sort((a, b) => a - b),
      );
    }),
    { numRuns: 2_000 },
  );
});
