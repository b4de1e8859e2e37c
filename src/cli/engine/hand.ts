// One thread's worth of work: reading files into facts, and bringing some partitions forward. The same hand works in
// this thread, where there is little to do, and in worker threads.

import { join } from 'node:path';
import type { Reject } from '../../domain/errors.ts';
import type { Instant } from '../../domain/time.ts';
import type { LedgerHead } from '../../ledger/head.ts';
import type { Append } from '../../log/event-log.ts';
import { FileSnapshotStore } from '../../log/snapshots.ts';
import type { OnStep } from '../../log/steps.ts';
import { Window } from '../../log/window.ts';
import type { FileKind } from '../../producers/files/format.ts';
import { type ImportResult, readFile } from '../../producers/files/import-file.ts';
import type { Mapping } from '../../producers/mapping.ts';
import type { OutcomeRun } from '../../projections/reconciliation/outcome.ts';
import { type ReadLog, Shard } from '../../projections/reconciliation/shard.ts';
import type { Overview } from '../../projections/reconciliation/totals.ts';
import type { SourceCounts } from '../../projections/reconciliation/touched-keys.ts';
import { type FoundPlaces, findPlaces } from '../../projections/resolution/places.ts';
import { Rulebook } from '../../projections/rulebook.ts';
import { Archive } from './archive.ts';
import { findClaims, type KeyClaims } from './lookup.ts';
import { makePseudonym } from './pseudonym.ts';

export interface FileJob {
  readonly path: string;
  readonly kind: FileKind;
  readonly provider: string;
  readonly importId: number;
  readonly partitions: number;
  readonly receivedAt: Instant;
  readonly mapping?: Mapping | undefined;
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

export interface Hand {
  /** Restores these partitions, whose tasks this hand then has. */
  open(partitions: readonly number[]): Promise<void>;
  readFile(job: FileJob, sink: Sink): Promise<ImportResult>;
  /** Under the rules with this hash. */
  advance(asOf: Instant, rulesHash: string, commit: CommitBlock): Promise<void>;
  heads(): Promise<LedgerHead[]>;
  overview(): Promise<Overview>;
  outcomeRun(): Promise<OutcomeRun>;
  findPlaces(aliases: ReadonlySet<string>, facts: ReadonlySet<string>): Promise<FoundPlaces>;
  /** The claims of the keys with one of these names: a reference, or an id of any of their claims. */
  findClaims(name: string): Promise<KeyClaims[]>;
  saveSnapshots(): Promise<void>;
  close(): Promise<void>;
}

/** So many batches may be on their way to the disk while a file is read on. */
const APPENDS_MAX = 24;
/** Rejects are handed on in groups of so many, so that a bad file does not cost a message a row. */
const REJECTS_GROUP = 500;

export class LocalHand implements Hand {
  private readonly dir: string;
  private readonly log: ReadLog;
  private readonly rulebook: Rulebook;
  private readonly shard: Shard;

  constructor(dir: string, log: ReadLog, onStep?: OnStep) {
    this.dir = dir;
    this.log = log;
    this.rulebook = new Rulebook(log);
    const snapshots = new FileSnapshotStore(join(dir, 'snapshots'), onStep);
    this.shard = new Shard(log, snapshots, (hash) => this.rulebook.compiledWith(hash));
  }

  async open(partitions: readonly number[]): Promise<void> {
    this.shard.open(partitions);
  }

  async readFile(job: FileJob, sink: Sink): Promise<ImportResult> {
    const archive = new Archive(this.dir, job.importId);
    const window = new Window(APPENDS_MAX);
    let rejects: Reject[] = [];
    try {
      const result = await readFile(
        { ...job, pseudonym: makePseudonym(this.dir) },
        {
          append: (batch) => window.add(sink.append(batch)),
          raw: (bytes) => archive.write(bytes),
          progress: (bytesRead) => sink.progress(bytesRead),
          reject: (reject) => {
            rejects.push(reject);
            if (rejects.length < REJECTS_GROUP) return;
            void sink.rejects(rejects);
            rejects = [];
          },
        },
      );
      await window.drain();
      archive.finish();
      return result;
    } catch (error) {
      archive.discard();
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

  async findClaims(name: string): Promise<KeyClaims[]> {
    return findClaims(this.shard.tasks, name);
  }

  async saveSnapshots(): Promise<void> {
    this.shard.saveSnapshots();
  }

  async close(): Promise<void> {
    if ('close' in this.log && typeof this.log.close === 'function') this.log.close();
  }
}
