// Snapshots: the newest whole one, or none.

import { existsSync, readdirSync, readFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FileSnapshotStore, MemorySnapshotStore, type SnapshotStore } from '../../src/log/snapshots.ts';
import { freshDirectory } from './files.ts';

const stores: [string, () => SnapshotStore][] = [
  ['files', () => new FileSnapshotStore(join(freshDirectory(), 'snapshots'))],
  ['memory', () => new MemorySnapshotStore()],
];

describe.each(stores)('snapshots in %s', (_, open) => {
  it('are the chunks that were saved last, separately for each partition', () => {
    const store = open();
    expect(store.load(1)).toBeUndefined();
    store.save(1, { height: 9, blockHash: 'aa' }, [Buffer.from('old')]);
    store.save(1, { height: 10, blockHash: 'ab' }, [Buffer.from('ne'), new Uint8Array(0), Buffer.from('w')]);
    store.save(11, { height: 3, blockHash: '00ff' }, []);
    expect(store.load(1)).toEqual({ height: 10, blockHash: 'ab', content: Buffer.from('new') });
    expect(store.load(11)).toEqual({ height: 3, blockHash: '00ff', content: Buffer.alloc(0) });
    expect(store.load(0)).toBeUndefined();
  });

  it('may have more chunks than one write accepts', () => {
    const store = open();
    const chunks = Array.from({ length: 2500 }, (_, index) => Buffer.from(`${index},`));
    store.save(0, { height: 1, blockHash: 'cc' }, chunks);
    expect(store.load(0)!.content.equals(Buffer.concat(chunks))).toBe(true);
  });
});

describe('snapshots in files', () => {
  it('leave one file per partition, for the owner only', () => {
    const dir = freshDirectory();
    const store = new FileSnapshotStore(dir);
    for (const height of [1, 2, 10]) store.save(0, { height, blockHash: 'aa' }, [Buffer.from('state')]);
    store.save(1, { height: 1, blockHash: 'bb' }, [Buffer.from('state')]);
    expect(readdirSync(dir).sort()).toEqual(['0-10-aa.snapshot', '1-1-bb.snapshot']);
  });

  it('are the same files where they are written in the background, beside other work', async () => {
    const [dir, other] = [freshDirectory(), freshDirectory()];
    const chunks = [Buffer.alloc(0), Buffer.alloc(2_500_000, 'state'), Buffer.from('end')];
    const name = { height: 2, blockHash: 'bb' };
    const store = new FileSnapshotStore(dir);
    store.save(0, { height: 1, blockHash: 'aa' }, [Buffer.from('first')]);
    await store.saveInBackground(0, name, chunks);
    new FileSnapshotStore(other).save(0, name, chunks);
    expect(readdirSync(dir)).toEqual(['0-2-bb.snapshot']);
    const [inBackground, atOnce] = [dir, other].map((path) => readFileSync(join(path, '0-2-bb.snapshot')));
    expect(inBackground!.equals(atOnce!)).toBe(true);
    expect(store.load(0)).toMatchObject(name);
  });

  it('with any flipped bit, truncated or renamed are removed, and the previous one is used', () => {
    const dir = freshDirectory();
    const store = new FileSnapshotStore(dir);
    const older = join(dir, '0-1-aa.snapshot');
    const newer = join(dir, '0-2-bb.snapshot');
    store.save(0, { height: 1, blockHash: 'aa' }, [Buffer.from('first')]);
    const olderBytes = readFileSync(older);
    store.save(0, { height: 2, blockHash: 'bb' }, [Buffer.from('second state')]);
    const newerBytes = readFileSync(newer);
    writeFileSync(older, olderBytes);
    const damage = fc.oneof(
      fc.tuple(fc.nat(newerBytes.length - 1), fc.nat(7)).map(([at, bit]) => () => {
        const bytes = Buffer.from(newerBytes);
        bytes[at]! ^= 1 << bit;
        writeFileSync(newer, bytes);
      }),
      fc.nat(newerBytes.length - 1).map((size) => () => truncateSync(newer, size)),
      fc.constant(() => renameSync(newer, join(dir, '0-3-bb.snapshot'))),
    );
    fc.assert(
      fc.property(damage, (harm) => {
        writeFileSync(newer, newerBytes);
        expect(store.load(0)!.height).toBe(2);
        harm();
        expect(store.load(0)).toEqual({ height: 1, blockHash: 'aa', content: Buffer.from('first') });
        expect(existsSync(newer)).toBe(false);
      }),
    );
  });

  it('report that they cannot be written, and leave nothing behind', () => {
    const file = join(freshDirectory(), 'file');
    writeFileSync(file, '');
    const store = new FileSnapshotStore(file);
    const save = () => store.save(0, { height: 1, blockHash: 'aa' }, [Buffer.from('state')]);
    expect(save).toThrow(/^HESABU_DATA_UNWRITABLE/);
  });
});
