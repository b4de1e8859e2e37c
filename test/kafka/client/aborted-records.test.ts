// Records of aborted transactions are hidden from readers, wherever a fetch begins and however transactions overlap.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type FetchedMessage, type FetchedPartition, markAborted } from '../../../src/kafka/client/aborted-records.ts';

const [COMMIT, ABORT] = [Buffer.from([0, 0, 0, 1]), Buffer.from([0, 0, 0, 0])];

const record = (offset: number, producerId: string, inTransaction = true): FetchedMessage => ({
  ...{ offset: String(offset), key: Buffer.from('key'), isControlRecord: false },
  batchContext: { producerId, inTransaction },
});
const marker = (offset: number, producerId: string, key: Buffer): FetchedMessage => ({
  ...record(offset, producerId),
  ...{ key, isControlRecord: true },
});
const shown = ({ messages }: FetchedPartition) =>
  messages.filter(({ isControlRecord }) => !isControlRecord).map(({ offset }) => Number(offset));

test('a fetch that begins within two aborted transactions', () => {
  const partition: FetchedPartition = {
    abortedTransactions: [
      { producerId: '1', firstOffset: '10' },
      { producerId: '2', firstOffset: '11' },
    ],
    messages: [record(12, '2'), record(13, '1'), marker(14, '1', ABORT), marker(15, '2', ABORT), record(16, '2')],
  };
  markAborted(partition);
  expect(shown(partition)).toEqual([16]);
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
      const log: FetchedMessage[] = [];
      for (const { producer, what } of steps) {
        const offset = log.length;
        const transaction = open.get(producer);
        if (what === 'plain') {
          readable.add(offset);
          log.push(record(offset, 'plain', false));
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
      const partition: FetchedPartition = {
        abortedTransactions: aborted.filter(({ last, firstOffset }) => last >= from && Number(firstOffset) < end),
        messages: log.slice(from, end),
      };
      markAborted(partition);
      expect(shown(partition)).toEqual(
        [...readable].filter((offset) => offset >= from && offset < end).sort((a, b) => a - b),
      );
    }),
    { numRuns: 2_000 },
  );
});
