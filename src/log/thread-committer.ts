// Commits groups of batches in a thread of its own, so that the thread of the log never waits for the disk.

import { Worker } from 'node:worker_threads';
import {
  type CommitterOptions,
  errorOf,
  type FromCommitter,
  type SentRow,
  type ToCommitter,
} from './committer-messages.ts';
import type { Append } from './event-log.ts';

/** A batch with its place in its topic and partition. */
export interface PlacedAppend {
  readonly append: Append;
  readonly from: bigint;
}

export class ThreadCommitter {
  private readonly worker: Worker;
  private readonly ended: Promise<void>;
  private readonly onFault: (error: Error) => void;
  private pending: PromiseWithResolvers<void> | null = null;
  private failure: Error | null = null;
  private isClosing = false;

  /** `onFault` is called for a failed checkpoint, and once if the thread ends by itself: nothing is committed then. */
  constructor(options: CommitterOptions, onFault: (error: Error) => void) {
    this.onFault = onFault;
    this.worker = new Worker(new URL('./committer-thread.ts', import.meta.url), { workerData: options });
    this.worker.on('message', (message: FromCommitter) => this.receive(message));
    this.worker.on('error', (error) => this.fail(error as Error));
    this.ended = new Promise((resolve) => {
      this.worker.once('exit', () => {
        if (!this.isClosing) this.fail(new Error('the thread that commits ended'));
        resolve();
      });
    });
  }

  /** Resolves when all of it is durable. The next call follows when this one has ended. */
  commit(group: readonly PlacedAppend[]): Promise<void> {
    if (this.failure !== null) return Promise.reject(this.failure);
    const payloads = Buffer.allocUnsafeSlow(group.reduce((sum, { append }) => sum + append.payload.length, 0));
    const rows: SentRow[] = [];
    let at = 0;
    for (const { append, from } of group) {
      const { payload, expectedEnd: _, ...row } = append;
      rows.push({ ...row, first: Number(from), bytes: payload.length });
      payloads.set(payload, at);
      at += payload.length;
    }
    this.pending = Promise.withResolvers();
    this.send({ rows, payloads }, [payloads.buffer]);
    return this.pending.promise;
  }

  /** Call this when no commit is pending. */
  async close(): Promise<void> {
    this.isClosing = true;
    if (this.failure === null) this.send('close');
    await this.ended;
  }

  private send(message: ToCommitter, moved: readonly ArrayBuffer[] = []): void {
    this.worker.postMessage(message, moved);
  }

  private receive(message: FromCommitter): void {
    if (message !== 'committed' && message.failed === 'checkpoint') {
      this.onFault(errorOf(message.fault));
      return;
    }
    const { pending } = this;
    this.pending = null;
    if (message === 'committed') pending?.resolve();
    else pending?.reject(errorOf(message.fault));
  }

  private fail(error: Error): void {
    if (this.failure !== null) return;
    this.failure = error;
    this.pending?.reject(error);
    this.pending = null;
    this.onFault(error);
  }
}
