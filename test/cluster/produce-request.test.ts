// Requests are byte for byte those of kafkajs.
import fc from 'fast-check';
import type { Message } from 'kafkajs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { EncodedRecords } from '../../src/kafka/client/encoded-records.ts';
import { type ProduceArguments, produceRequest, theirProduceRequest } from '../../src/kafka/client/produce-request.ts';
import { cloudEventHeaders, cloudEventParts } from '../../src/kafka/records/cloud-event.ts';

const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
const text = fc.string({ unit: 'binary', maxLength: 40 });
const value = fc.option(fc.oneof(bytes, text));
const plain = { key: value, value, headers: fc.dictionary(text, fc.oneof(bytes, text)) };
/** Cases that kafkajs must encode itself: several values of a header, a timestamp. */
const odd = { ...plain, headers: fc.dictionary(text, fc.array(text)), timestamp: fc.constant('1780297551000') };
const messages = fc.oneof(
  { weight: 9, arbitrary: fc.array(fc.record(plain, { requiredKeys: ['value'] }), { minLength: 1, maxLength: 200 }) },
  { weight: 1, arbitrary: fc.array(fc.record(odd, { requiredKeys: ['value'] }), { minLength: 1, maxLength: 20 }) },
) as fc.Arbitrary<Message[]>;
const given = fc.record({
  acks: fc.constant(-1),
  timeout: fc.nat(),
  transactionalId: fc.option(text),
  producerId: fc.bigInt({ min: -1n, max: 2n ** 62n }).map(String),
  producerEpoch: fc.nat({ max: 32_767 }),
  topicData: fc.array(
    fc.record({
      topic: text,
      partitions: fc.array(fc.record({ partition: fc.nat(), messages, firstSequence: fc.nat() }), { maxLength: 3 }),
    }),
    { maxLength: 3 },
  ),
}) as fc.Arbitrary<ProduceArguments>;

beforeEach(() => {
  vi.useFakeTimers({ now: 1_780_300_000_000, toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

test('a request has the bytes of kafkajs', async () => {
  await fc.assert(
    fc.asyncProperty(given, async (one) => {
      const [ours, theirs] = await Promise.all([produceRequest(one).encode(), theirProduceRequest(one).encode()]);
      expect(ours.buffer.equals(theirs.buffer)).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test('records from parts of other buffers equal those with the same key, value and headers', () => {
  const event = { source: '/hesabu/ledger/3', type: 'hesabu.recon.matched.v1' };
  const partsOf = cloudEventParts(event);
  fc.assert(
    fc.property(fc.array(fc.tuple(bytes, bytes, fc.uuid()), { maxLength: 150 }), (records) => {
      const [parts, whole] = [new EncodedRecords(3), new EncodedRecords(3)];
      for (const [key, value, id] of records) {
        const buffer = Buffer.concat([key, value]);
        const middle = key.length + Math.floor(value.length / 2);
        const slices = [
          { buffer, from: key.length, to: middle },
          { buffer, from: middle, to: buffer.length },
        ];
        parts.addParts({ buffer, from: 0, to: key.length }, slices, partsOf(id));
        whole.add(key, value, cloudEventHeaders({ id, ...event }));
      }
      expect(parts.length).toBe(whole.length);
      expect(parts.bytes.equals(whole.bytes)).toBe(true);
    }),
  );
});
