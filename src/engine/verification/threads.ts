// Verifying partitions in worker threads: each takes the next partition when it is done with one.

import { Worker } from 'node:worker_threads';
import type { PartitionReport } from './partition.ts';
import type { FromThread, PartitionJob } from './thread-messages.ts';

/** The reports in the order of the jobs. Rejects where a thread ends before its work does. */
export async function verifyInThreads(
  dir: string,
  jobs: readonly PartitionJob[],
  threads: number,
  tell: (entries: number) => void,
): Promise<PartitionReport[]> {
  const waiting = [...jobs];
  const reports: PartitionReport[] = [];
  const workers = Array.from({ length: threads }, () => {
    return new Worker(new URL('./thread.ts', import.meta.url), { workerData: { dir } });
  });
  try {
    await Promise.all(workers.map((worker) => workOff(worker, waiting, reports, tell)));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return reports.sort((left, right) => left.partition - right.partition);
}

function workOff(
  worker: Worker,
  waiting: PartitionJob[],
  reports: PartitionReport[],
  tell: (entries: number) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const next = () => {
      const job = waiting.shift();
      if (job === undefined) resolve();
      else worker.postMessage(job);
    };
    worker.on('message', (message: FromThread) => {
      if ('entries' in message) return tell(message.entries);
      reports.push(message.report);
      next();
    });
    worker.on('error', reject);
    worker.on('exit', () => reject(new Error('a thread that verifies ended')));
    next();
  });
}
