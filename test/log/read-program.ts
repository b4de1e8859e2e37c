// A process that reads a whole log, and prints what it read or the error that ended it. Argument: the directory.

import { createHash } from 'node:crypto';
import { openReader } from '../../src/log/log-reader.ts';

try {
  const reader = openReader(process.argv[2]!, true);
  const hash = createHash('sha256');
  let batches = 0;
  for (const { payload } of reader.read('orders.v1', 0, 0n)) {
    hash.update(payload);
    batches++;
  }
  reader.close();
  process.stdout.write(`read ${batches} ${hash.digest('hex')}\n`);
} catch (error) {
  process.stdout.write(`${(error as Error).message}\n`);
  process.exitCode = 4;
}
