// A process that appends, reports what was acknowledged, and ends by kill -9 at the given step. Arguments: the
// directory, the number of appends, the step (or `none`), and how often it passes the step before.

import { statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { HesabuError } from '../../src/domain/errors.ts';
import { EmbeddedLog } from '../../src/log/embedded.ts';
import { FileSnapshotStore } from '../../src/log/snapshots.ts';
import { BatchBuilder } from '../../src/log/value-frames.ts';

const [dir, count, killStep, passes] = process.argv.slice(2) as [string, string, string, string | undefined];

const checkpointing = killStep.startsWith('checkpoint') ? { checkpointBytes: 1 } : {};
let passed = 0;
function onFailpoint(step: string): void {
  if (step === killStep && passed++ === Number(passes ?? 0)) process.kill(process.pid, 'SIGKILL');
}

/** Written synchronously: the report of an acknowledgement must get out before a kill. */
const say = (text: string) => writeSync(1, `${text}\n`);

try {
  const log = new EmbeddedLog(dir, { partitions: 2, onFailpoint, ...checkpointing });
  const snapshots = new FileSnapshotStore(join(dir, 'snapshots'), onFailpoint);
  const first = Number(log.end('orders.v1', 0)) / 2;
  for (let index = first; index < first + Number(count); index++) {
    // Two topics in one append: either both get it, or neither.
    const builder = new BatchBuilder();
    builder.add(Buffer.from(`${index}`));
    builder.add(Buffer.from(`${index}'`));
    const orders = { topic: 'orders.v1', partition: 0, source: 0, ...builder.take() } as const;
    builder.add(Buffer.from(`block ${index}`));
    const ledger = { topic: 'ledger.v1', partition: 1, source: 0, ...builder.take() } as const;
    await log.append([orders, ledger]);
    say(`acked ${index} ${statSync(join(dir, 'hesabu.db-wal')).size}`);
    if (killStep.startsWith('snapshot')) {
      snapshots.save(0, { height: index, blockHash: '0a' }, [Buffer.from(`state ${index}`)]);
    }
  }
  await log.close();
  say('closed');
} catch (error) {
  say((error as HesabuError).code ?? String(error));
}
