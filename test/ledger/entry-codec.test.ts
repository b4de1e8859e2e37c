// Another Avro library reads the entry's bytes by schemas/entry.avsc, and entries read back unchanged.

import { readFileSync } from 'node:fs';
import avsc from 'avsc';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ByteReader, ByteWriter } from '../../src/domain/bytes.ts';
import type { Entry } from '../../src/domain/entry.ts';
import { readEntry, writePlacedEntry } from '../../src/ledger/entry-codec.ts';
import { AS_OF, anyEntry, draftOf } from './samples.ts';

const schema = JSON.parse(readFileSync(new URL('../../schemas/entry.avsc', import.meta.url), 'utf8'));
const type = avsc.Type.forSchema(schema);

function bytesOf(entry: Entry): Buffer {
  const writer = new ByteWriter(16);
  writePlacedEntry(writer, entry, entry);
  return writer.take();
}

function asRecord(entry: Entry): object {
  const { finding, cause, ...rest } = entry;
  return { ...rest, ...finding, cause: cause === null ? null : { ...cause, offset: Number(cause.offset) } };
}

test('the bytes of any entry match the schema', () => {
  fc.assert(
    fc.property(anyEntry, (entry) => {
      expect(bytesOf(entry).toString('hex')).toBe(type.toBuffer(asRecord(entry)).toString('hex'));
    }),
  );
});

test('any entry reads back unchanged, to its last byte', () => {
  fc.assert(
    fc.property(anyEntry, (entry) => {
      const reader = new ByteReader(bytesOf(entry));
      expect(readEntry(reader)).toEqual(entry);
      expect(reader.at).toBe(reader.end);
    }),
  );
});

test('a truncated entry is refused', () => {
  const bytes = bytesOf({ ...draftOf(7), partition: 3, height: 0, index: 0, as_of: AS_OF, supersedes: ['3-0-0'] });
  for (let end = 0; end < bytes.length; end++) {
    expect(() => readEntry(new ByteReader(bytes, 0, end))).toThrow(RangeError);
  }
});

test('an unknown kind, stage or reason is refused', () => {
  const record = asRecord({ ...draftOf(7), partition: 3, height: 0, index: 0, as_of: AS_OF });
  const kindAt = type.toBuffer(record).indexOf(Buffer.from('mfs-africa')) + 'mfs-africa'.length;
  for (const [at, byte] of [
    [kindAt, 12],
    [kindAt + 1, 6],
  ] as const) {
    const bytes = Buffer.from(type.toBuffer(record));
    bytes[at] = byte;
    expect(() => readEntry(new ByteReader(bytes))).toThrow('a finding has an unknown kind or stage');
  }
  const unknown = Buffer.from(type.toBuffer({ ...record, reason: 'toString' }));
  expect(() => readEntry(new ByteReader(unknown))).toThrow('a finding has an unknown reason');
});

test('an array in two blocks is not canonical', () => {
  const entry = { ...draftOf(7), partition: 3, height: 0, index: 0, as_of: AS_OF, supersedes: ['a', 'b'] };
  const one = bytesOf(entry);
  const at = one.indexOf(Buffer.from([4, 2, 97, 2, 98, 0]));
  const two = Buffer.concat([one.subarray(0, at), Buffer.from([2, 2, 97, 2, 2, 98, 0]), one.subarray(at + 6)]);
  expect(type.fromBuffer(two)).toEqual(type.fromBuffer(one));
  expect(() => readEntry(new ByteReader(two))).toThrow('an array is not in one block');
});
