// What a worker accepts of a fetch: only records that follow its position, and gaps only if the broker confirms them.
import type { KafkaMessage } from 'kafkajs';
import { describe, expect, test } from 'vitest';
import { partitionOf } from '../../../src/domain/partition.ts';
import { SchemaIds } from '../../../src/kafka/topics/registry.ts';
import { placesAfter, RecordDecoder } from '../../../src/kafka/worker/record-decoder.ts';
import { BatchBuilder, forEachValue } from '../../../src/log/value-frames.ts';
import { order } from '../../service/ledger/given-live-ledger.ts';
import { recordSetOf } from '../given-records.ts';

const PARTITIONS = 1;
const schemas = new SchemaIds(new Map([['orders.v1', 7]]));

function message(offset: number, reference = `R-${offset}`): KafkaMessage {
  const builder = new BatchBuilder(1024);
  builder.addFact(order(reference));
  const { payload } = builder.take();
  let fact = Buffer.alloc(0);
  forEachValue(payload, 0, (start, end) => {
    fact = Buffer.from(payload.subarray(start, end));
  });
  const value = Buffer.concat([schemas.prefix('orders.v1'), fact]);
  return { key: Buffer.from(reference), value, offset: `${offset}`, timestamp: '0', attributes: 0, headers: {} };
}

function given(at = 0n) {
  const partition = partitionOf('any', PARTITIONS);
  const next = placesAfter(new Map([['orders.v1', at]]), new Map());
  return new RecordDecoder({ partition, schemas, partitions: PARTITIONS }, next);
}

const fetch = (requested: bigint, messages: readonly KafkaMessage[], after: bigint) => ({
  requested,
  records: recordSetOf(messages),
  after,
  end: 100n,
});

describe('a fetch', () => {
  test('that begins where the previous one ended is accepted', () => {
    const decoder = given();
    expect(decoder.take('orders.v1', fetch(0n, [message(0), message(1)], 2n))?.batch).toMatchObject({
      from: 0n,
      to: 2n,
    });
    expect(decoder.take('orders.v1', fetch(2n, [message(2)], 3n))?.batch).toMatchObject({ from: 2n, to: 3n });
    expect(decoder.nextOf('orders.v1')).toBe(3n);
  });

  test('that begins later is refused, because facts would be skipped', () => {
    const decoder = given();
    decoder.take('orders.v1', fetch(0n, [message(0)], 1n));
    expect(() => decoder.take('orders.v1', fetch(5n, [message(5)], 6n))).toThrow('at offset 5 instead of 1');
    expect(decoder.nextOf('orders.v1')).toBe(1n);
  });

  test('that begins earlier is refused, because it may be another topic', () => {
    const decoder = given(10n);
    expect(() => decoder.take('orders.v1', fetch(0n, [message(0)], 1n))).toThrow('at offset 0 instead of 10');
  });

  test('with offsets missing in the topic has empty values for them', () => {
    const decoder = given();
    decoder.take('orders.v1', fetch(0n, [message(0)], 2n));
    const found = decoder.take('orders.v1', fetch(2n, [message(4)], 6n));
    expect(found?.batch).toMatchObject({ from: 1n, to: 5n });
    const sizes: number[] = [];
    forEachValue(found!.batch.payload, 0, (start, end) => sizes.push(end - start));
    expect(sizes.map((size) => size > 0)).toEqual([false, false, false, true]);
  });

  test('with hidden records only moves the start of the next fetch', () => {
    const decoder = given();
    decoder.take('orders.v1', fetch(0n, [message(0)], 1n));
    expect(decoder.take('orders.v1', fetch(1n, [], 3n))).toBeUndefined();
    expect(decoder.nextOf('orders.v1')).toBe(1n);
    expect(decoder.take('orders.v1', fetch(3n, [message(3)], 4n))?.batch).toMatchObject({ from: 1n, to: 4n });
    expect(() => decoder.take('orders.v1', fetch(9n, [], 12n))).toThrow('instead of 4');
  });

  test("that is repeated after a rejoin is accepted from the task's position", () => {
    const decoder = given();
    decoder.take('orders.v1', fetch(0n, [message(0)], 3n));
    expect(decoder.beginAt('orders.v1')).toBe(1n);
    expect(decoder.take('orders.v1', fetch(1n, [message(3)], 4n))?.batch).toMatchObject({ from: 1n, to: 4n });
  });

  test('makes dead letters of invalid facts', () => {
    const decoder = given();
    const bad = { ...message(1), value: Buffer.from('nothing') };
    const found = decoder.take('orders.v1', fetch(0n, [message(0), bad, message(2)], 3n));
    expect(found?.batch).toMatchObject({ from: 0n, to: 3n });
    expect(found?.letters).toMatchObject([{ offset: 1n, reason: 'HESABU_RECORD_SCHEMA' }]);
  });
});
