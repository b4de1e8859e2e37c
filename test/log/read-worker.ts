// A worker thread that reads the log of its process on request.

import { parentPort, workerData } from 'node:worker_threads';
import { openReader } from '../../src/log/log-reader.ts';
import { forEachValue } from '../../src/log/value-frames.ts';

const reader = openReader(workerData.dir);

parentPort!.on('message', () => {
  const values: [bigint, string][] = [];
  for (const { payload, from } of reader.read('orders.v1', 1, 0n)) {
    forEachValue(payload, 0, (start, end, index) => {
      values.push([from + BigInt(index), payload.toString('utf8', start, end)]);
    });
  }
  parentPort!.postMessage({ end: reader.end('orders.v1', 1), values });
});
