// The packed table of keys and records against a plain map.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { alignedParts, PartReader } from '../../src/task/part-reader.ts';
import { restoredTable, StateTable } from '../../src/task/state-table.ts';

const key = fc.oneof(fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' }), fc.constantFrom('a', 'aa', 'ab'));
const writes = fc.array(fc.tuple(key, fc.uint8Array({ minLength: 1, maxLength: 4_000 })), { maxLength: 400 });

function write(table: StateTable, name: string, record: Uint8Array): void {
  const bytes = Buffer.from(name);
  table.setRecord(table.slotOf(bytes, 0, bytes.length), Buffer.from(record));
}

function contentOf(table: StateTable): Map<string, string> {
  const content = new Map<string, string>();
  for (let slot = 0; slot < table.count; slot++) {
    const { bytes, from, to } = table.recordOf(slot);
    content.set(table.keys.keyOf(slot), bytes.toString('hex', from, to));
  }
  return content;
}

describe('a table of keys', () => {
  test('holds what a map would, also after a snapshot, and in byte order', () =>
    fc.assert(
      fc.property(writes, writes, (first, second) => {
        const model = new Map<string, string>();
        const put = (table: StateTable, all: typeof first) => {
          for (const [name, record] of all) {
            write(table, name, record);
            model.set(name, Buffer.from(record).toString('hex'));
          }
        };
        const table = new StateTable();
        put(table, first);
        expect(contentOf(table)).toEqual(model);
        const restored = restoredTable(new PartReader(Buffer.concat([...alignedParts(table.parts())]), 0));
        expect(contentOf(restored)).toEqual(model);
        put(restored, second);
        expect(contentOf(restored)).toEqual(model);
        for (const name of model.keys()) expect(restored.keys.keyOf(restored.keys.find(name)!)).toBe(name);
        expect(restored.keys.find('not there, and too long for any')).toBeUndefined();
        const ordered = [...restored.keys.slotsInOrder()].map((slot) => Buffer.from(restored.keys.keyOf(slot)));
        expect(ordered).toEqual([...model.keys()].map((name) => Buffer.from(name)).sort(Buffer.compare));
      }),
      { numRuns: 60 },
    ));

  test('lays records anew when most of them were outgrown, and keeps those larger than a slab', () => {
    const table = new StateTable();
    const large = Buffer.alloc(5 * 1024 * 1024, 7);
    write(table, 'large', large);
    for (let size = 1; size <= 3_000; size++) write(table, 'growing', Buffer.alloc(size, size % 251));
    write(table, 'after', Buffer.from('after'));
    const content = contentOf(table);
    expect(content.get('large')).toBe(large.toString('hex'));
    expect(content.get('growing')).toBe(Buffer.alloc(3_000, 3_000 % 251).toString('hex'));
    expect(content.get('after')).toBe(Buffer.from('after').toString('hex'));
    const stored = [...table.parts()].reduce((sum, part) => sum + part.length, 0);
    expect(stored).toBeLessThan(large.length + 1024 * 1024 + 100_000);
  });

  test('lets large records grow in place, between others, and through snapshots', () => {
    let table = new StateTable();
    const model = new Map<string, Buffer>();
    const put = (name: string, head: Buffer, claims: Buffer) => {
      const bytes = Buffer.from(name);
      const slot = table.slotOf(bytes, 0, bytes.length);
      table.setRecord(slot, Buffer.concat([head, claims]), head.length, model.get(`${name}:head`)?.length ?? 0);
      model.set(`${name}:head`, head);
      model.set(`${name}:claims`, Buffer.concat([model.get(`${name}:claims`) ?? Buffer.alloc(0), claims]));
    };
    const check = () => {
      for (const [name, hex] of contentOf(table)) {
        expect(hex).toBe(Buffer.concat([model.get(`${name}:head`)!, model.get(`${name}:claims`)!]).toString('hex'));
      }
    };
    for (let round = 0; round < 60; round++) {
      const head = Buffer.alloc(round % 7 === 0 ? 90_000 * (1 + (round % 5)) : 200, round);
      put('a', head, Buffer.alloc(90_000, round + 1));
      put('b', Buffer.alloc(30, round), Buffer.alloc(round % 3 === 0 ? 120_000 : 7, round + 2));
      put(`small-${round % 9}`, Buffer.alloc(10 + round, round), Buffer.alloc(3_000, round));
      if (round % 20 === 19) table = restoredTable(new PartReader(Buffer.concat([...alignedParts(table.parts())]), 0));
      if (round % 10 === 9) check();
    }
    check();
  });
});
