// Another Avro library reads the entry's bytes by schemas/entry.avsc, and entries read back unchanged.

import { readFileSync } from 'node:fs';
import avsc from 'avsc';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteReader, ByteWriter } from '../../src/domain/bytes.ts';
import type { Entry } from '../../src/domain/entry.ts';
import { type EntryPlace, isUsualEntry, readEntry, writePlacedEntry } from '../../src/ledger/entry-codec.ts';
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

/** As the general reader decides it. */
function isEntryAt(bytes: Buffer, from: number, to: number, place: EntryPlace): boolean {
  try {
    const reader = new ByteReader(bytes, from, to);
    const { partition, height, index, as_of } = readEntry(reader);
    const isThere = partition === place.partition && height === place.height && index === place.index;
    return reader.at === to && isThere && as_of === place.as_of;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

describe('the check of usual entries', () => {
  const usual = anyEntry.map((entry) => ({ ...entry, finding: { ...entry.finding, reason: null }, supersedes: [] }));

  test('knows every entry without a reason that supersedes none, between other bytes', () => {
    fc.assert(
      fc.property(usual, fc.uint8Array({ maxLength: 9 }), (entry, around) => {
        const own = bytesOf(entry);
        const bytes = Buffer.concat([around, own, around]);
        const to = around.length + own.length;
        expect(isUsualEntry(bytes, around.length, to, entry)).toBe(true);
        expect(isUsualEntry(bytes, around.length, to, { ...entry, index: entry.index + 1 })).toBe(false);
        expect(isUsualEntry(bytes, around.length, to, { ...entry, as_of: entry.as_of - 1 })).toBe(false);
      }),
    );
  });

  test('accepts no bytes that the reader refuses', () => {
    const change = fc.record({ at: fc.nat(), byte: fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 2, 3, 128, 255)) });
    const cut = fc.tuple(fc.nat(3), fc.nat(3));
    let accepted = 0;
    fc.assert(
      fc.property(
        fc.oneof(usual, anyEntry),
        fc.array(change, { maxLength: 3 }),
        cut,
        (entry, changes, [less, more]) => {
          const bytes = Buffer.concat([bytesOf(entry), Buffer.from([0, 1, 2])]);
          for (const { at, byte } of changes) bytes[at % bytes.length] = byte;
          const to = bytes.length - 3 - less + more;
          if (!isUsualEntry(bytes, 0, to, entry)) return;
          accepted++;
          expect(isEntryAt(bytes, 0, to, entry)).toBe(true);
        },
      ),
      { numRuns: 2_000 },
    );
    expect(accepted).toBeGreaterThan(20);
  });
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
