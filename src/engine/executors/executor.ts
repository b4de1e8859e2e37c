// One thread's worth of work: reading files into facts, and bringing some partitions forward. The same hand works in
// this thread, where there is little to do, and in worker threads.

import { join } from 'node:path';
import { ImportArchive } from '../../archive/imports/import-archive.ts';
import { makePseudonym } from '../../archive/privacy/pseudonym-key.ts';
import { Pseudonymiser } from '../../archive/privacy/pseudonyms.ts';
import type { Reject } from '../../domain/errors.ts';
import type { Instant } from '../../domain/time.ts';
import type { LedgerHead } from '../../ledger/head.ts';
import type { Append } from '../../log/event-log.ts';
import { FileSnapshotStore } from '../../log/snapshots.ts';
import { compileRules, type Rules } from '../../matching/rules.ts';
import { type ImportResult, readFile } from '../../producers/files/import-file.ts';
import type { Mapping } from '../../producers/files/mapping.ts';
import type { FileKind } from '../../producers/formats/format.ts';
import { findClaims, type KeyClaims } from '../../projections/lookup.ts';
import {
  type ClaimCounts,
  countClaims,
  type TransactionPage,
  transactionPage,
} from '../../projections/transactions.ts';
import type { OnFailpoint } from '../../runtime/failpoints.ts';
import { WriteWindow } from '../../runtime/write-window.ts';
import type { OutcomeRun } from '../../task/outcome.ts';
import { type KeyStanding, keyStandings, type Overview } from '../../task/overview.ts';
import { type OnBlock, type Replayed, replayPartition, replayUnder } from '../../task/replay.ts';
import { type FoundPlaces, findPlaces } from '../../task/resolution/places.ts';
import { RulesStore } from '../../task/rules-store.ts';
import { type ReadLog, TaskGroup } from '../../task/task-group.ts';
import type { SourceCounts } from '../../task/touched-keys.ts';

export interface FileJob {
  readonly path: string;
  readonly kind: FileKind;
  readonly provider: string;
  readonly importId: number;
  readonly partitions: number;
  readonly receivedAt: Instant;
  readonly mapping?: Mapping | undefined;
  /** Whether it came through the service, whose archive keeps nothing personal. */
  readonly isOfService?: boolean;
}

/** Where a hand's results go while it works. What gives a promise is waited for. */
export interface Sink {
  append(batch: Append): Promise<void>;
  rejects(rejects: readonly Reject[]): Promise<void>;
  progress(done: number): void;
}

export interface CommittedBlock {
  readonly partition: number;
  readonly height: number;
  readonly bytes: Uint8Array;
  readonly counts: ReadonlyMap<number, SourceCounts>;
}

export type CommitBlock = (block: CommittedBlock) => Promise<void>;

export interface Executor {
  /** Restores these partitions, whose tasks this hand then has. */
  open(partitions: readonly number[]): Promise<void>;
  readFile(job: FileJob, sink: Sink): Promise<ImportResult>;
  /** Under the rules with this hash. */
  advance(asOf: Instant, rulesHash: string, commit: CommitBlock): Promise<void>;
  /** Executes the blocks that others have written since. */
  follow(): Promise<void>;
  heads(): Promise<LedgerHead[]>;
  overview(): Promise<Overview>;
  outcomeRun(): Promise<OutcomeRun>;
  findPlaces(aliases: ReadonlySet<string>, facts: ReadonlySet<string>): Promise<FoundPlaces>;
  /** The claims of the keys with this name: a reference or, unless only that is asked, an id of any of their claims. */
  findClaims(name: string, references?: 'and ids' | 'only'): Promise<KeyClaims[]>;
  /** The matched keys of a partition in their order, from the one at a place on. */
  matchedPage(partition: number, from: number, rulesHash: string): Promise<TransactionPage>;
  /** How many distinct claims of each kind came under the keys' own names. */
  claimCounts(): Promise<ClaimCounts>;
  /** Executes these partitions' blocks again from nothing; this hand then has what came out, and nothing else. */
  replay(partitions: readonly number[], onBlock: OnBlock): Promise<Replayed[]>;
  /** The same under other rules and up to `asOf`: nothing is compared. */
  replayUnder(partitions: readonly number[], rules: Rules, asOf: Instant, onBlock: OnBlock): Promise<void>;
  /** Where every key stands, for who knows the truth of each. */
  standings(): Promise<KeyStanding[]>;
  saveSnapshots(): Promise<void>;
  close(): Promise<void>;
}

export interface ExecutorOptions {
  readonly onFailpoint?: OnFailpoint | undefined;
  /** Nothing on the disk is touched, not even what is damaged. */
  readonly readOnly?: boolean;
  /** A snapshot is kept once as many facts were read since the last; some thousands unless told. */
  readonly snapshotFactsMin?: number | undefined;
}

/** So many batches may be on their way to the disk while a file is read on. */
const APPENDS_MAX = 24;
/** Rejects are handed on in groups of so many, so that a bad file does not cost a message a row. */
const REJECTS_GROUP = 500;

export class LocalExecutor implements Executor {
  private readonly dir: string;
  private readonly log: ReadLog;
  private readonly rulebook: RulesStore;
  private readonly shard: TaskGroup;
  private readonly onFailpoint: OnFailpoint | undefined;

  constructor(dir: string, log: ReadLog, { onFailpoint, readOnly, snapshotFactsMin }: ExecutorOptions = {}) {
    this.dir = dir;
    this.log = log;
    this.onFailpoint = onFailpoint;
    this.rulebook = new RulesStore(log);
    const snapshots = new FileSnapshotStore(join(dir, 'snapshots'), onFailpoint, readOnly);
    this.shard = new TaskGroup(log, snapshots, (hash) => this.rulebook.compiledWith(hash), snapshotFactsMin);
  }

  async open(partitions: readonly number[]): Promise<void> {
    this.shard.open(partitions);
  }

  async readFile(job: FileJob, sink: Sink): Promise<ImportResult> {
    const pseudonym = makePseudonym(this.dir);
    const hider = job.isOfService === true ? new Pseudonymiser(pseudonym) : undefined;
    const archive = new ImportArchive(this.dir, job.importId, this.onFailpoint, hider);
    const window = new WriteWindow(APPENDS_MAX);
    const rejecting = new WriteWindow(APPENDS_MAX);
    let rejects: Reject[] = [];
    try {
      const result = await readFile(
        { ...job, pseudonym },
        {
          append: (batch) => window.add(sink.append(batch)),
          raw: (bytes) => archive.write(bytes),
          progress: (bytesRead) => {
            sink.progress(bytesRead);
            // A file of nothing but bad rows must not be read faster than they are taken.
            return rejecting.drain();
          },
          reject: (reject) => {
            rejects.push(reject);
            if (rejects.length < REJECTS_GROUP) return;
            rejecting.push(sink.rejects(rejects));
            rejects = [];
          },
        },
      );
      await window.drain();
      archive.finish();
      return result;
    } catch (error) {
      archive.abandon();
      throw error;
    } finally {
      if (rejects.length > 0) await sink.rejects(rejects);
    }
  }

  async advance(asOf: Instant, rulesHash: string, commit: CommitBlock): Promise<void> {
    await this.shard.advance(asOf, this.rulebook.compiledWith(rulesHash), ({ header, bytes, counts }) =>
      commit({ partition: header.partition, height: header.height, bytes, counts }),
    );
  }

  async follow(): Promise<void> {
    this.shard.follow();
  }

  async heads(): Promise<LedgerHead[]> {
    return this.shard.heads;
  }

  async overview(): Promise<Overview> {
    return this.shard.overview();
  }

  async outcomeRun(): Promise<OutcomeRun> {
    return this.shard.outcomeRun();
  }

  async findPlaces(aliases: ReadonlySet<string>, facts: ReadonlySet<string>): Promise<FoundPlaces> {
    const tables = this.shard.tasks.map((task) => task.table);
    return findPlaces(tables, aliases, facts);
  }

  async findClaims(name: string, references?: 'and ids' | 'only'): Promise<KeyClaims[]> {
    return findClaims(this.shard.tasks, name, references);
  }

  async matchedPage(partition: number, from: number, rulesHash: string): Promise<TransactionPage> {
    const { table } = this.shard.tasks.find(({ head }) => head.partition === partition)!;
    return transactionPage(table, from, this.rulebook.compiledWith(rulesHash));
  }

  async claimCounts(): Promise<ClaimCounts> {
    return countClaims(this.shard.tasks.map(({ table }) => table));
  }

  async replay(partitions: readonly number[], onBlock: OnBlock): Promise<Replayed[]> {
    this.shard.tasks.length = 0;
    return partitions.map((partition) => {
      const rules = (hash: string) => this.rulebook.compiledWith(hash);
      const { task, replayed } = replayPartition(this.log, partition, rules, onBlock);
      this.shard.tasks.push(task);
      return replayed;
    });
  }

  async replayUnder(partitions: readonly number[], rules: Rules, asOf: Instant, onBlock: OnBlock): Promise<void> {
    this.shard.tasks.length = 0;
    const compiled = compileRules(rules);
    for (const partition of partitions) {
      this.shard.tasks.push(replayUnder(this.log, partition, compiled, asOf, onBlock));
    }
  }

  async standings(): Promise<KeyStanding[]> {
    return this.shard.tasks.flatMap(({ table }) => [...keyStandings(table)]);
  }

  async saveSnapshots(): Promise<void> {
    this.shard.saveSnapshots();
  }

  async close(): Promise<void> {
    if ('close' in this.log && typeof this.log.close === 'function') this.log.close();
  }
}
