// Facts waiting for a block: a limited amount at a time, and none that is already in a block.
import { expect, test } from 'vitest';
import type { DeadLetter } from '../../../src/kafka/records/dead-letter.ts';
import { type Fetched, RecordQueue } from '../../../src/kafka/worker/record-queue.ts';
import { BatchBuilder } from '../../../src/log/value-frames.ts';

function fetched(topic: 'orders.v1' | 'polls.v1', from: number, count: number, letterBytes = 0): Fetched {
  const builder = new BatchBuilder(1024);
  for (let at = 0; at < count; at++) builder.add(Buffer.from(`value ${from + at}`));
  const [first, to] = [BigInt(from), BigInt(from + count)];
  const letter = {
    topic,
    partition: 0,
    offset: first,
    timestamp: 0,
    reason: 'HESABU_RECORD_EMPTY',
    detail: '',
    key: null,
  };
  const letters = [{ ...letter, value: Buffer.alloc(letterBytes), valueSize: letterBytes } as DeadLetter];
  return {
    batch: { topic, partition: 0, from: first, to, payload: builder.take().payload, source: 0 },
    time: 0,
    letters: letterBytes > 0 ? letters : [],
    traces: new Map([[first, { traceparent: 'a trace' }]]),
  };
}

test('takes evenly from all topics, up to a number of facts', () => {
  const buffer = new RecordQueue();
  for (const from of [0, 10, 20]) buffer.add(fetched('orders.v1', from, 10));
  for (const from of [0, 10]) buffer.add(fetched('polls.v1', from, 10));
  const taken = buffer.take({ facts: 25, bytes: 1_000_000 });
  expect(taken.map(({ batch: { topic, from } }) => `${topic} ${from}`)).toEqual([
    'orders.v1 0',
    'orders.v1 10',
    'polls.v1 0',
  ]);
  expect(buffer.facts).toBe(20);
});

test('counts the bytes of dead letters', () => {
  const buffer = new RecordQueue();
  for (let at = 0; at < 10; at++) buffer.add(fetched('orders.v1', at, 1, 1_000_000));
  expect(buffer.bytes).toBeGreaterThan(10_000_000);
  expect(buffer.take({ facts: 1_000, bytes: 2_500_000 })).toHaveLength(3);
  expect(buffer.take({ facts: 1_000, bytes: 100_000_000 })).toHaveLength(7);
  expect(buffer).toMatchObject({ facts: 0, bytes: 0 });
});

test('drops everything before an offset, with its letters and traces', () => {
  const buffer = new RecordQueue();
  buffer.add(fetched('orders.v1', 0, 10, 100));
  buffer.add(fetched('orders.v1', 10, 10, 100));
  buffer.dropBefore('orders.v1', 15n);
  expect(buffer.facts).toBe(5);
  const [left, ...more] = buffer.take({ facts: 100, bytes: 1_000_000 });
  expect(more).toEqual([]);
  expect(left).toMatchObject({ batch: { from: 15n, to: 20n }, letters: [] });
  expect(left?.traces.size).toBe(0);
  expect(buffer).toMatchObject({ facts: 0, bytes: 0 });
});
