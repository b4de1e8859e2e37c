// A hand in a worker thread: calls go over as messages, and what the hand hands on comes back the same way.

import { Worker } from 'node:worker_threads';
import type { Instant } from '../../domain/time.ts';
import type { LedgerHead } from '../../ledger/head.ts';
import type { Rules } from '../../matching/rules.ts';
import type { ImportResult } from '../../producers/files/import-file.ts';
import type { KeyClaims } from '../../projections/lookup.ts';
import type { ClaimCounts, TransactionPage } from '../../projections/transactions.ts';
import type { OutcomeRun } from '../../task/outcome.ts';
import type { KeyStanding, Overview } from '../../task/overview.ts';
import type { OnBlock, Replayed } from '../../task/replay.ts';
import type { FoundPlaces } from '../../task/resolution/places.ts';
import type { CommitBlock, CommittedBlock, Executor, FileJob, Sink } from './executor.ts';
import {
  errorOf,
  type Fault,
  type FromExecutor,
  faultOf,
  type ThreadExecutorOptions,
  type ToExecutor,
} from './thread-messages.ts';

type OnEvent = (name: string, value: unknown) => Promise<void>;

interface Call {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
  readonly onEvent: OnEvent;
}

const NO_EVENTS: OnEvent = async () => {};

export class ThreadExecutor implements Executor {
  private readonly worker: Worker;
  private readonly calls = new Map<number, Call>();
  private next = 0;
  private failure: Error | null = null;

  constructor(dir: string, { readOnly = false, isBehind = false, snapshotFactsMin }: ThreadExecutorOptions = {}) {
    this.worker = new Worker(new URL('./executor-thread.ts', import.meta.url), {
      workerData: { dir, readOnly, isBehind, snapshotFactsMin },
      // Short-lived objects make most of the garbage: with room for them, collecting it takes half the time.
      resourceLimits: { maxYoungGenerationSizeMb: 64 },
    });
    this.worker.on('message', (message: FromExecutor) => this.receive(message));
    this.worker.on('error', (error) => this.failAll(error as Error));
    this.worker.on('exit', () => this.failAll(new Error('the worker thread ended')));
  }

  open(partitions: readonly number[]): Promise<void> {
    return this.call('open', [partitions]);
  }

  readFile(job: FileJob, sink: Sink): Promise<ImportResult> {
    return this.call('readFile', [job], async (name, value) => {
      if (name === 'append') await sink.append(value as Parameters<Sink['append']>[0]);
      else if (name === 'rejects') await sink.rejects(value as Parameters<Sink['rejects']>[0]);
      else sink.progress(value as number);
    });
  }

  advance(asOf: Instant, rulesHash: string, commit: CommitBlock): Promise<void> {
    return this.call('advance', [asOf, rulesHash], (_, block) => commit(block as CommittedBlock));
  }

  follow(): Promise<void> {
    return this.call('follow', []);
  }

  heads(): Promise<LedgerHead[]> {
    return this.call('heads', []);
  }

  overview(): Promise<Overview> {
    return this.call('overview', []);
  }

  async outcomeRun(): Promise<OutcomeRun> {
    const run: Uint8Array = await this.call('outcomeRun', []);
    return Buffer.from(run.buffer, run.byteOffset, run.length);
  }

  findPlaces(aliases: ReadonlySet<string>, facts: ReadonlySet<string>): Promise<FoundPlaces> {
    return this.call('findPlaces', [aliases, facts]);
  }

  findClaims(name: string, references: 'and ids' | 'only' = 'and ids'): Promise<KeyClaims[]> {
    return this.call('findClaims', [name, references]);
  }

  matchedPage(partition: number, from: number, rulesHash: string): Promise<TransactionPage> {
    return this.call('matchedPage', [partition, from, rulesHash]);
  }

  claimCounts(): Promise<ClaimCounts> {
    return this.call('claimCounts', []);
  }

  replay(partitions: readonly number[], onBlock: OnBlock): Promise<Replayed[]> {
    return this.call('replay', [partitions], async (_, facts) => onBlock(facts as number));
  }

  replayUnder(partitions: readonly number[], rules: Rules, asOf: Instant, onBlock: OnBlock): Promise<void> {
    return this.call('replayUnder', [partitions, rules, asOf], async (_, facts) => onBlock(facts as number));
  }

  standings(): Promise<KeyStanding[]> {
    return this.call('standings', []);
  }

  saveSnapshots(): Promise<void> {
    return this.call('saveSnapshots', []);
  }

  async close(): Promise<void> {
    // A thread that ended by itself has nothing left to close.
    if (this.failure === null) await this.call('close', []);
    this.calls.clear();
    await this.worker.terminate();
  }

  private call<Value>(method: keyof Executor, args: readonly unknown[], onEvent = NO_EVENTS): Promise<Value> {
    if (this.failure !== null) return Promise.reject(this.failure);
    return new Promise((resolve, reject) => {
      const call = this.next++;
      this.calls.set(call, { resolve, reject, onEvent });
      this.send({ call, method, args });
    });
  }

  private send(message: ToExecutor): void {
    this.worker.postMessage(message);
  }

  private receive(message: FromExecutor): void {
    if ('event' in message) {
      const answer = (fault: Fault | null) => this.send({ answered: message.event, fault });
      const done = this.calls.get(message.of)?.onEvent(message.name, message.value) ?? Promise.resolve();
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
