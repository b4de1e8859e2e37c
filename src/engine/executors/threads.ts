// The threads of executors: how many there are for an amount of work. A command may begin them before it loads what it
// does itself, since each loads its own part of the program first.

import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';

/** Below this amount of work, in bytes of files and ledger, threads cost more than they save. */
const THREADS_BYTES_MIN = 24 * 1024 * 1024;
/** Most ledgers have so many partitions. */
const PARTITIONS = 8;
/** Below this a thread's old objects and buffers are not collected; one of its blocks has as much. */
const HEAP_MB_MIN = 64;

/** Those that nobody has taken yet. */
const begun: Worker[] = [];

/** The number of threads for these bytes of files and ledger; 0 if the calling thread does everything. */
export function threadsFor(workBytes: number, partitions: number): number {
  const threads = workBytes < THREADS_BYTES_MIN ? 0 : Math.min(availableParallelism(), partitions);
  return threads < 2 ? 0 : threads;
}

/** Begins the threads that work on these files will take. Files that cannot be found count nothing here. */
export function beginThreads(paths: readonly string[]): void {
  const bytes = paths.reduce((sum, path) => sum + sizeOf(path), 0);
  while (begun.length < threadsFor(bytes, PARTITIONS)) {
    const thread = makeThread();
    // A command that ends without them does not wait for them, and one that fails was not needed.
    thread.unref();
    thread.on('error', () => begun.splice(begun.indexOf(thread), 1));
    begun.push(thread);
  }
}

/** A thread for one executor, which tells it by its first message what it is for. */
export function takeThread(): Worker {
  const thread = begun.pop();
  if (thread === undefined) return makeThread();
  thread.removeAllListeners('error');
  thread.ref();
  return thread;
}

function makeThread(): Worker {
  // A thread's own heap is small, and what its batches hold counts as growth: V8 would mark all of it every few
  // megabytes. It holds for the threads that are made from now on.
  setFlagsFromString(`--initial-old-space-size=${HEAP_MB_MIN}`);
  return new Worker(new URL('./executor-thread.ts', import.meta.url), {
    // Most garbage is short-lived objects: with more room for them, collection takes half the time.
    resourceLimits: { maxYoungGenerationSizeMb: 64 },
  });
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
