// An executor in a worker thread: calls go to it as messages, and events and results come back as messages.

import type { Worker } from 'node:worker_threads';
import type { Instant } from '../../domain/time.ts';
import type { Append } from '../../log/event-log.ts';
import type { Rules } from '../../matching/rules.ts';
import type { ImportResult } from '../../producers/files/import-file.ts';
import { giveBack } from '../../runtime/give-back.ts';
import type { AdvanceStep } from '../../task/advance.ts';
import type { OnBlock, Replayed } from '../../task/replay.ts';
import type { CommitBlocks, Executor, FileJob, Sink } from './executor.ts';
import type { Answer, Query, QueryName } from './queries.ts';
import {
  errorOf,
  type Fault,
  type FromExecutor,
  faultOf,
  type Handed,
  type ThreadExecutorOptions,
  type ToExecutor,
  type Work,
} from './thread-messages.ts';
import { takeThread } from './threads.ts';

type OnHanded = (handed: Handed) => Promise<void>;

interface Call {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
  readonly onHanded: OnHanded;
}

const NOTHING_HANDED: OnHanded = async () => {};

/** What came from the thread is nobody's once it is stored. */
async function stored(appends: readonly Append[], storing: Promise<void>): Promise<void> {
  await storing;
  for (const { payload } of appends) giveBack(payload);
}

function progressTo(onBlock: OnBlock): OnHanded {
  return async (handed) => {
    if ('progress' in handed) onBlock(handed.progress);
  };
}

export class ThreadExecutor implements Executor {
  private readonly worker: Worker;
  private readonly calls = new Map<number, Call>();
  private next = 0;
  private failure: Error | null = null;

  constructor(dir: string, options: ThreadExecutorOptions = {}) {
    this.worker = takeThread();
    this.send({ begin: { ...options, dir } });
    this.worker.on('message', (message: FromExecutor) => this.receive(message));
    this.worker.on('error', (error) => this.failAll(error as Error));
    this.worker.on('exit', () => this.failAll(new Error('the worker thread ended')));
  }

  ask<Name extends QueryName>(query: Query<Name>): Promise<Answer<Name>> {
    return this.call({ ask: query });
  }

  readFile(job: FileJob, sink: Sink): Promise<ImportResult> {
    return this.call({ readFile: job }, async (handed) => {
      if ('append' in handed) await stored([handed.append], sink.append(handed.append));
      else if ('rejects' in handed) await sink.rejects(handed.rejects);
      else if ('progress' in handed) sink.progress(handed.progress);
      else if ('part' in handed) await sink.part?.(handed.part);
    });
  }

  advance(step: AdvanceStep, asOf: Instant, rulesHash: string, commit: CommitBlocks): Promise<void> {
    return this.call({ advance: { step, asOf, rulesHash } }, async (handed) => {
      if ('commit' in handed) await stored(handed.commit.appends, commit(handed.commit));
    });
  }

  replay(partitions: readonly number[], until: Instant, onBlock: OnBlock): Promise<Replayed[]> {
    return this.call({ replay: { partitions, until } }, progressTo(onBlock));
  }

  replayUnder(partitions: readonly number[], rules: Rules, asOf: Instant, onBlock: OnBlock): Promise<void> {
    return this.call({ replayUnder: { partitions, rules, asOf } }, progressTo(onBlock));
  }

  async close(): Promise<void> {
    // A thread that has ended has nothing to close.
    if (this.failure === null) await this.call('close');
    this.calls.clear();
    await this.worker.terminate();
  }

  private call<Value>(work: Work, onHanded = NOTHING_HANDED): Promise<Value> {
    if (this.failure !== null) return Promise.reject(this.failure);
    return new Promise((resolve, reject) => {
      const call = this.next++;
      this.calls.set(call, { resolve, reject, onHanded });
      this.send({ call, work });
    });
  }

  private send(message: ToExecutor): void {
    this.worker.postMessage(message);
  }

  private receive(message: FromExecutor): void {
    if ('event' in message) {
      const answer = (fault: Fault | null) => this.send({ answered: message.event, fault });
      const done = this.calls.get(message.of)?.onHanded(message.handed) ?? Promise.resolve();
      done.then(
        () => answer(null),
        (error) => answer(faultOf(error)),
      );
      return;
    }
    const id = 'result' in message ? message.result : message.failed;
    const call = this.calls.get(id);
    this.calls.delete(id);
    if ('result' in message) call?.resolve(message.value as never);
    else call?.reject(errorOf(message.fault));
  }

  private failAll(error: Error): void {
    this.failure ??= error;
    for (const call of this.calls.values()) call.reject(error);
    this.calls.clear();
  }
}
