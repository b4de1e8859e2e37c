// A worker thread that verifies one partition after another, with its own connection.

import { parentPort, workerData } from 'node:worker_threads';
import { openReader } from '../../log/embedded.ts';
import { verifyPartition } from './partition.ts';
import type { FromThread, PartitionJob } from './thread-messages.ts';

const port = parentPort!;
const reader = openReader((workerData as { dir: string }).dir, true);

port.on('message', ({ partition, terms }: PartitionJob) => {
  const send = (message: FromThread) => port.postMessage(message);
  send({ report: verifyPartition(reader, partition, terms, (entries) => send({ entries })) });
});
