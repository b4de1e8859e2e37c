// Claims found by their places: in a log on disk and in one in memory, whatever batches they came in.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ByteWriter } from '../../src/domain/bytes.ts';
import type { Fact } from '../../src/domain/fact.ts';
import { EmbeddedLog } from '../../src/log/embedded.ts';
import type { EventLog } from '../../src/log/event-log.ts';
import { writeClaim } from '../../src/log/fact-codec.ts';
import { logPlace, NO_PLACE, placesOf } from '../../src/log/log-place.ts';
import { MemoryLog } from '../../src/log/memory.ts';
import { BatchBuilder } from '../../src/log/value-frames.ts';
import { LogClaims } from '../../src/task/log-claims.ts';
import { callback, line, order } from '../matching/given.ts';

const dir = mkdtempSync(join(tmpdir(), 'hesabu-log-claims-'));
let embedded: EmbeddedLog;
beforeAll(() => {
  embedded = new EmbeddedLog(dir, { partitions: 3 });
});
afterAll(async () => {
  await embedded.close();
  rmSync(dir, { recursive: true });
});

const ENVELOPE = { transaction_reference: 'A-1', received_at: 5, raw: '1/1', report: null, line: null };
const topics = fc.constantFrom('orders.v1', 'callbacks.v1', 'settlements.v1');
const values = fc.option(fc.string({ maxLength: 300, unit: 'grapheme' }), { freq: 4 });
const batches = fc.array(fc.record({ topic: topics, partition: fc.nat(2), ids: fc.array(values, { minLength: 1 }) }));

function factOf(topic: string, id: string): Fact {
  const claim = topic === 'orders.v1' ? order({ id }) : topic === 'callbacks.v1' ? callback({ id }) : line({ id });
  return { ...ENVELOPE, ...claim };
}

async function findsEach(log: EventLog, given: typeof batches extends fc.Arbitrary<infer Value> ? Value : never) {
  const written: { readonly partition: number; readonly place: number; readonly bytes: string }[] = [];
  for (const { topic, partition, ids } of given) {
    const builder = new BatchBuilder();
    const from = Number(log.end(topic, partition));
    for (const [at, id] of ids.entries()) {
      // An offset without a fact, as topics of Kafka have them.
      if (id === null) {
        builder.add(Buffer.alloc(0));
        continue;
      }
      const fact = factOf(topic, id);
      builder.addFact(fact);
      const writer = new ByteWriter();
      writeClaim(writer, fact);
      written.push({ partition, place: logPlace(placesOf(topic), from + at), bytes: writer.take().toString('hex') });
    }
    await log.append([{ topic, partition, source: 1, ...builder.take() }]);
  }
  const claims = new LogClaims(log);
  // There and back, so that batches are found unpacked, and unpacked again.
  for (const { partition, place, bytes: expected } of [...written, ...written.toReversed()]) {
    const { bytes, from, to } = claims.ofPartition(partition)(place);
    expect(bytes.toString('hex', from, to)).toBe(expected);
  }
}

describe('a claim is found by its place', () => {
  test('in a log in memory', () => fc.assert(fc.asyncProperty(batches, (given) => findsEach(new MemoryLog(3), given))));

  test('in a log on disk', () =>
    fc.assert(
      fc.asyncProperty(batches, (given) => findsEach(embedded, given)),
      { numRuns: 30 },
    ));

  test('in more batches than are kept unpacked, there and back', async () => {
    // Each so large that it has memory of its own, which is given back.
    const ids = Array.from({ length: 70 }, (_, batch) => [...'abcd'].map((part) => part.repeat(30_000 + batch)));
    await findsEach(
      embedded,
      ids.map((each) => ({ topic: 'orders.v1' as const, partition: 0, ids: each })),
    );
  });

  test('unless the log has lost it', () => {
    const claims = new LogClaims(new MemoryLog(1)).ofPartition(0);
    expect(() => claims(logPlace(placesOf('orders.v1'), 7))).toThrow('HESABU_LOG_DAMAGED');
  });
});

describe('a value has no place', () => {
  test('where its topic holds no facts, or its offset is too high for one number', () => {
    expect(logPlace(placesOf('ledger.v1'), 0)).toBe(NO_PLACE);
    expect(logPlace(placesOf('handoffs.v1'), 2 ** 29)).toBe(NO_PLACE);
    expect(logPlace(placesOf('handoffs.v1'), 2 ** 29 - 1)).toBeLessThan(NO_PLACE);
  });
});
