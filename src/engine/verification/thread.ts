// A worker thread that verifies one partition after another, with its own connection.

import { parentPort, workerData } from 'node:worker_threads';
import { type LogView, openView } from '../../log/log-reader.ts';
import { verifyPartition } from './partition.ts';
import type { FromThread, PartitionJob } from './thread-messages.ts';

const port = parentPort!;
const { dir, view } = workerData as { dir: string; view: LogView };
const reader = openView(dir, view);

port.on('message', ({ partition, terms }: PartitionJob) => {
  const send = (message: FromThread) => port.postMessage(message);
  send({ report: verifyPartition(reader, partition, terms, (leaves) => send({ leaves })) });
});
