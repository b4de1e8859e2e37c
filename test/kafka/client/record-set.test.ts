// Records read where they lie are those that kafkajs reads, whatever batches they are in and wherever an answer ends.
import { createRequire } from 'node:module';
import fc from 'fast-check';
import type { IHeaders, KafkaMessage } from 'kafkajs';
import { describe, expect, test } from 'vitest';
import { type Decompressor, RecordSet, readBatches } from '../../../src/kafka/client/record-set.ts';
import { recordSetOf } from '../given-records.ts';

interface Encoder {
  readonly buffer: Buffer;
}
const require = createRequire(import.meta.url);
const { RecordBatch: encodeBatch } = require('kafkajs/src/protocol/recordBatch/v0/index.js') as {
  RecordBatch(given: object): Promise<Encoder>;
};
const encodeRecord = require('kafkajs/src/protocol/recordBatch/record/v0/index.js') as (given: object) => Encoder;
const decodeBatch = require('kafkajs/src/protocol/recordBatch/v0/decoder.js') as (
  decoder: object,
) => Promise<{ readonly records: readonly KafkaMessage[] }>;
const Decoder = require('kafkajs/src/protocol/decoder.js') as new (bytes: Buffer) => object;
const { lookupCodecByAttributes } = require('kafkajs/src/protocol/message/compression/index.js') as {
  lookupCodecByAttributes(attributes: number): { decompress(bytes: Buffer): Promise<Buffer> } | null;
};

const decompressor: Decompressor = (attributes) => {
  const codec = lookupCodecByAttributes(attributes);
  return codec === null ? undefined : (bytes) => codec.decompress(bytes);
};

const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
/** kafkajs mixes headers with what every object has. */
const headerName = fc.string({ unit: 'binary', maxLength: 20 }).filter((name) => !(name in {}));
const record = fc.record({
  key: fc.option(bytes),
  value: fc.option(bytes),
  headers: fc.dictionary(headerName, fc.oneof(bytes, fc.array(bytes))),
  timestampDelta: fc.nat({ max: 2 ** 40 }),
  /** Offsets that are gone before it, as from a compacted topic. */
  gap: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat({ max: 1_000 }) }),
});
const batch = fc.record({
  records: fc.array(record, { maxLength: 12 }),
  compression: fc.constantFrom(0, 0, 1),
  firstTimestamp: fc.nat({ max: 2 ** 41 }),
  gap: fc.nat({ max: 100 }),
});

async function encoded(batches: readonly (typeof batch extends fc.Arbitrary<infer One> ? One : never)[], from: number) {
  const all: Buffer[] = [];
  let next = from;
  for (const { records, compression, firstTimestamp, gap } of batches) {
    const firstOffset = next + gap;
    let offset = firstOffset;
    const given = records.map((one) => {
      offset += one.gap;
      return encodeRecord({ ...one, offsetDelta: offset++ - firstOffset });
    });
    const lastOffsetDelta = Math.max(0, offset - 1 - firstOffset);
    const place = { firstOffset: String(firstOffset), lastOffsetDelta, compression, firstTimestamp };
    all.push((await encodeBatch({ ...place, maxTimestamp: firstTimestamp, records: given })).buffer);
    next = firstOffset + lastOffsetDelta + 1;
  }
  return all;
}

const plain = ({ key, value, offset, timestamp, headers }: KafkaMessage) => ({
  ...{ key, value, offset, timestamp, headers: { ...headers } as IHeaders },
});

test('all records are those that kafkajs reads', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(batch, { maxLength: 5 }), fc.nat({ max: 2 ** 52 }), async (batches, from) => {
      const parts = await encoded(batches, from);
      const theirs: KafkaMessage[] = [];
      for (const part of parts) theirs.push(...(await decodeBatch(new Decoder(part))).records);
      const ours = new RecordSet(await readBatches(Buffer.concat(parts), decompressor)).messages;
      expect(ours.map(plain)).toEqual(theirs.map(plain));
    }),
    { numRuns: 300 },
  );
});

test('a cut answer has the whole batches before the cut, and a set begins where it was asked to', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(batch, { minLength: 1, maxLength: 4 }),
      fc.nat(),
      fc.nat(),
      async (batches, cut, from) => {
        const parts = await encoded(batches, 0);
        const whole = Buffer.concat(parts);
        const end = cut % whole.length;
        const ends = parts.map((_, at) => Buffer.concat(parts.slice(0, at + 1)).length);
        const found = await readBatches(whole.subarray(0, end), decompressor);
        expect(found).toHaveLength(ends.filter((one) => one <= end).length);
        const all = new RecordSet(found).messages;
        const first = from % 1_000;
        const some = new RecordSet(found, first);
        expect(some.messages).toEqual(all.filter(({ offset }) => Number(offset) >= first));
        expect(some.isEmpty).toBe(some.messages.length === 0);
      },
    ),
    { numRuns: 100 },
  );
});

test.each(['__proto__', 'constructor', 'toString'])('a header %s is one like others', (name) => {
  const value = Buffer.from('x');
  const [found] = recordSetOf([{ offset: '3', key: null, value, headers: { [name]: value } }]).messages;
  expect(Object.entries(found!.headers!)).toEqual([[name, value]]);
});

describe('a header', () => {
  const [name, other] = [Buffer.from('hesabu-source'), Buffer.from('hesabu-sourcf')];
  const first = (headers: IHeaders, wanted = name) => {
    const record = recordSetOf([{ offset: '3', key: null, value: Buffer.from('x'), headers }]).cursor();
    record.next();
    return record.header(wanted);
  };

  test('is found by its whole name', () => {
    expect(first({ a: 'b', 'hesabu-source': '12', c: '' })).toBe('12');
    expect(first({ 'hesabu-source': '' })).toBe('');
    expect(first({ 'hesabu-source': '12' }, other)).toBeUndefined();
    expect(first({ 'hesabu-source-of': '12' })).toBeUndefined();
    expect(first({})).toBeUndefined();
  });
});

describe('bytes that are no records', () => {
  test('are refused, and never read beyond', async () => {
    const [part] = await encoded(
      [
        {
          ...{ compression: 0, firstTimestamp: 0, gap: 0 },
          records: [{ key: Buffer.from('k'), value: Buffer.alloc(40), headers: { a: 'b' }, timestampDelta: 0, gap: 0 }],
        } as never,
      ],
      0,
    );
    for (let at = 61; at < part!.length; at++) {
      for (const value of [0x7f, 0x80, 0xff, 0x02]) {
        const damaged = Buffer.from(part!);
        damaged[at] = value;
        const set = new RecordSet(await readBatches(damaged, decompressor));
        try {
          for (const { key, value } of set.messages) {
            expect((key?.length ?? 0) + (value?.length ?? 0)).toBeLessThan(part!.length);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }
    }
  });

  test('of another format are refused', async () => {
    const [part] = await encoded([{ compression: 0, firstTimestamp: 0, gap: 0, records: [] } as never], 0);
    part![16] = 1;
    await expect(readBatches(part!, decompressor)).rejects.toThrow('records in the format 1');
  });
});
