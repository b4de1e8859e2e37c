// Records come out byte for byte as kafkajs makes them.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeRecord, theirEncodeRecord } from '../../src/log/kafka/record-encoder.ts';

const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
const text = fc.string({ unit: 'binary', maxLength: 40 });
const parts = fc.record({
  offsetDelta: fc.oneof(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 2 ** 30 })),
  timestampDelta: fc.oneof(fc.integer({ min: 0, max: 200 }), fc.integer({ min: -5, max: 2 ** 40 })),
  key: fc.option(fc.oneof(bytes, text)),
  value: fc.option(fc.oneof(bytes, text)),
  headers: fc.dictionary(text, fc.oneof(bytes, text, fc.array(text, { maxLength: 3 }))),
});

test('a record is what kafkajs makes of it', () => {
  fc.assert(
    fc.property(parts, (record) => {
      expect(encodeRecord(record).buffer.equals(theirEncodeRecord(record).buffer)).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});
