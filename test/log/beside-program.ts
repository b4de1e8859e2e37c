// Appends to a log that a thread commits for, two appends at a time, until one fails, then prints what it was told.
// Arguments: the directory, and after how many bytes a checkpoint is due.

import { randomBytes } from 'node:crypto';
import { EmbeddedLog } from '../../src/log/embedded.ts';
import { BatchBuilder } from '../../src/log/value-frames.ts';

const [dir, checkpointBytes] = process.argv.slice(2) as [string, string];
const APPENDS_MAX = 2_000;
let [told, acked, ackedLater] = [0, 0, 0];
let hasFailed = false;
const log = new EmbeddedLog(dir, {
  commitsBeside: true,
  checkpointBytes: Number(checkpointBytes),
  onFailure: () => told++,
});

async function append(): Promise<void> {
  const builder = new BatchBuilder();
  builder.add(randomBytes(20_000));
  try {
    await log.append([{ topic: 'orders.v1', partition: 0, source: 0, ...builder.take() }]);
    acked++;
    if (hasFailed) ackedLater++;
  } catch {
    hasFailed = true;
  }
}

for (let count = 0; count < APPENDS_MAX && !hasFailed; count++) await Promise.all([append(), append()]);
for (let count = 0; count < 5; count++) await append();
await log.close();
process.stdout.write(`${JSON.stringify({ told, acked, ackedLater })}\n`);
