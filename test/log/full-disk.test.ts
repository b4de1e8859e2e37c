// A really full disk: a small file system in memory, if the machine lets the test mount one.

import { randomFillSync } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EmbeddedLog } from '../../src/log/embedded.ts';
import { FileSnapshotStore } from '../../src/log/snapshots.ts';
import { smallDisk } from './files.ts';

const disk = smallDisk(3);

describe.skipIf(disk === undefined)('a full disk', () => {
  it('refuses an append, keeps acknowledged data, and accepts more once there is room', async () => {
    const dir = join(disk!, 'data');
    writeFileSync(join(disk!, 'ballast'), Buffer.alloc(512 * 1024));
    const log = new EmbeddedLog(dir);
    const append = () => {
      const payload = randomFillSync(Buffer.alloc(100_000));
      payload.writeUInt32BE(payload.length - 4);
      return log.append([{ topic: 'orders.v1', partition: 0, count: 1, payload, source: 0 }]);
    };
    let acked = 0;
    let refusal: unknown;
    while (refusal === undefined && acked < 100) {
      await append().then(
        () => acked++,
        (error) => {
          refusal = error;
        },
      );
    }
    expect(refusal).toMatchObject({ code: 'HESABU_DISK_FULL', exit: 4 });
    expect(acked).toBeGreaterThan(5);
    expect([...log.read('orders.v1', 0, 0n)]).toHaveLength(acked);
    const snapshots = new FileSnapshotStore(join(disk!, 'snapshots'));
    const save = () => snapshots.save(0, { height: 1, blockHash: 'aa' }, [Buffer.alloc(3_000_000)]);
    expect(save).toThrow(/^HESABU_DISK_FULL/);
    await log.close();

    rmSync(join(disk!, 'ballast'));
    const again = new EmbeddedLog(dir);
    expect([...again.read('orders.v1', 0, 0n)]).toHaveLength(acked);
    await again.append([{ topic: 'polls.v1', partition: 0, count: 1, payload: Buffer.alloc(4), source: 0 }]);
    expect(again.end('polls.v1', 0)).toBe(1n);
    await again.close();
  });
});
