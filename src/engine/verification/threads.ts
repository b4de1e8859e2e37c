// Verifies partitions in worker threads: each takes the next partition when it has finished one.

import { Worker } from 'node:worker_threads';
import type { LogView } from '../../log/log-reader.ts';
import type { PartitionReport } from './partition.ts';
import type { FromThread, PartitionJob } from './thread-messages.ts';

/** The reports in the order of the jobs. Rejects if a thread ends before its work does. */
export async function verifyInThreads(
  dir: string,
  view: LogView,
  jobs: readonly PartitionJob[],
  threads: number,
  onLeaves: (leaves: number) => void,
): Promise<PartitionReport[]> {
  const waiting = [...jobs];
  const reports: PartitionReport[] = [];
  const workers = Array.from({ length: threads }, () => {
    return new Worker(new URL('./thread.ts', import.meta.url), { workerData: { dir, view } });
  });
  try {
    await Promise.all(workers.map((worker) => verifyWaiting(worker, waiting, reports, onLeaves)));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return reports.sort((left, right) => left.partition - right.partition);
}

function verifyWaiting(
  worker: Worker,
  waiting: PartitionJob[],
  reports: PartitionReport[],
  onLeaves: (leaves: number) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const next = () => {
      const job = waiting.shift();
      if (job === undefined) resolve();
      else worker.postMessage(job);
    };
    worker.on('message', (message: FromThread) => {
      if ('leaves' in message) return onLeaves(message.leaves);
      reports.push(message.report);
      next();
    });
    worker.on('error', reject);
    worker.on('exit', () => reject(new Error('a verification thread ended')));
    next();
  });
}
