// The work of one thread: reading files into facts, and executing the tasks of some partitions. The same executor runs
// in this thread, if there is little work, and in worker threads.

import { join } from 'node:path';
import { ImportArchive } from '../../archive/imports/import-archive.ts';
import { makePseudonym } from '../../archive/privacy/pseudonym-key.ts';
import { Pseudonymiser } from '../../archive/privacy/pseudonyms.ts';
import { storedSentence } from '../../archive/privacy/stored-value.ts';
import type { Reject } from '../../domain/errors.ts';
import type { Instant } from '../../domain/time.ts';
import type { Append, EventLog } from '../../log/event-log.ts';
import { FileSnapshotStore } from '../../log/snapshots.ts';
import { compileRules, type Rules } from '../../matching/rules.ts';
import type { Expectation } from '../../producers/files/expectation.ts';
import type { FilePart } from '../../producers/files/file-parts.ts';
import { type ImportResult, readFile } from '../../producers/files/import-file.ts';
import type { Mapping } from '../../producers/files/mapping.ts';
import type { FileKind } from '../../producers/formats/format.ts';
import { fileReading, PROVIDERS, type Providers } from '../../providers/registry.ts';
import type { OnFailpoint } from '../../runtime/failpoints.ts';
import { temporaryFolder } from '../../runtime/temporary-folder.ts';
import { WriteWindow } from '../../runtime/write-window.ts';
import type { AdvanceStep } from '../../task/advance.ts';
import { routed } from '../../task/handoff-routes.ts';
import { type OnBlock, type Replayed, replayPartition, replayUnder } from '../../task/replay.ts';
import { RulesLog } from '../../task/rules-log.ts';
import type { RulesByHash } from '../../task/rules-store.ts';
import { TaskGroup } from '../../task/task-group.ts';
import type { SourceCounts } from '../../task/touched-keys.ts';
import { LogModels } from './log-models.ts';
import { type Answer, answerOf, type Query, type QueryName } from './queries.ts';

export interface FileJob {
  readonly path: string;
  /** What messages and rejects call the file; its path if absent. */
  readonly name?: string;
  /** What somebody expects of it. */
  readonly expected?: Expectation | undefined;
  readonly kind: FileKind;
  readonly provider: string;
  readonly account: string | null;
  readonly importId: number;
  readonly partitions: number;
  readonly receivedAt: Instant;
  /** When the file was made. */
  readonly statedAt: Instant;
  readonly mapping?: Mapping | undefined;
  readonly reservations?: Rules['merchants'];
  /** Whether it came through the service, whose archive stores no personal data. */
  readonly isOfService?: boolean;
  /** Whether the sink takes parts of it, and of which size. */
  readonly mayCut?: boolean;
  readonly partBytes?: number;
  /** The part of it that is read. */
  readonly part?: FilePart;
}

/** Where an executor's results go while it works. It awaits a returned promise. */
export interface Sink {
  append(batch: Append): Promise<void>;
  rejects(rejects: readonly Reject[]): Promise<void>;
  progress(done: number): void;
  /** Takes a part of the file for another reading, which resolves the promise; null when there are no more. */
  part?(part: FilePart | null): Promise<void>;
}

export interface CommittedBlocks {
  /** Blocks of several partitions, and what their keys tell others: appended together, or not at all. */
  readonly appends: readonly Append[];
  /** By import, of each block. */
  readonly counts: readonly (readonly [source: number, SourceCounts])[];
}

export type CommitBlocks = (blocks: CommittedBlocks) => Promise<void>;

/** Does the work of some partitions. Work with results on the way is a method; everything else is a query. */
export interface Executor {
  /** Answers for the executor's own partitions. */
  ask<Name extends QueryName>(query: Query<Name>): Promise<Answer<Name>>;
  readFile(job: FileJob, sink: Sink): Promise<ImportResult>;
  /** Under the rules with this hash. */
  advance(step: AdvanceStep, asOf: Instant, rulesHash: string, commit: CommitBlocks): Promise<void>;
  /** Executes these partitions' blocks up to a time again; the executor then has their state and no other. */
  replay(partitions: readonly number[], until: Instant, onBlock: OnBlock): Promise<Replayed[]>;
  /** The same under other rules and up to `asOf`, without a comparison. */
  replayUnder(partitions: readonly number[], rules: Rules, asOf: Instant, onBlock: OnBlock): Promise<void>;
  close(): Promise<void>;
}

export interface ExecutorOptions {
  /** The providers whose files are read; the product's if absent. */
  readonly providers?: Providers | undefined;
  readonly onFailpoint?: OnFailpoint | undefined;
  /** Changes nothing on disk, not even a damaged file. */
  readonly readOnly?: boolean;
  /** A snapshot is saved after this many facts since the last one; some thousands by default. */
  readonly snapshotFactsMin?: number | undefined;
  /** Whether sums of days, which a service is asked for, are kept over a start. */
  readonly keepsDaySums?: boolean | undefined;
}

/** A log as an executor reads it. */
type ReadLog = Pick<EventLog, 'read' | 'beginning' | 'end' | 'partitions'>;

/** How many batches may be on their way to disk while the file is read further. */
const APPENDS_MAX = 24;
/** Rejects are sent in groups of this size, so that a bad file does not cost one message per row. */
const REJECTS_GROUP = 500;

export class LocalExecutor implements Executor {
  private readonly dir: string;
  private readonly log: ReadLog;
  private readonly rules: RulesByHash;
  private readonly group: TaskGroup;
  private readonly models: LogModels;
  private readonly providers: Providers;
  private readonly onFailpoint: OnFailpoint | undefined;

  constructor(dir: string, log: ReadLog, options: ExecutorOptions = {}) {
    const { providers, onFailpoint, readOnly, snapshotFactsMin, keepsDaySums } = options;
    this.dir = dir;
    this.log = log;
    this.providers = providers ?? PROVIDERS;
    this.onFailpoint = onFailpoint;
    const daySums = keepsDaySums === true ? new FileSnapshotStore(join(dir, 'snapshots', 'days'), onFailpoint) : null;
    this.models = new LogModels(log, daySums);
    const rules = new RulesLog(log);
    this.rules = (hash) => rules.compiledWith(hash);
    const snapshots = new FileSnapshotStore(join(dir, 'snapshots'), onFailpoint, readOnly);
    this.group = new TaskGroup(log, snapshots, this.rules, snapshotFactsMin);
  }

  async ask<Name extends QueryName>(query: Query<Name>): Promise<Answer<Name>> {
    return answerOf(query, this.group, this.rules, this.models);
  }

  async readFile(job: FileJob, sink: Sink): Promise<ImportResult> {
    const pseudonym = makePseudonym(this.dir);
    const hider = job.isOfService === true ? new Pseudonymiser(pseudonym) : undefined;
    // What cuts a file archives it.
    const archive =
      job.part === undefined ? new ImportArchive(this.dir, job.importId, this.onFailpoint, hider) : undefined;
    const parts: Promise<void>[] = [];
    const window = new WriteWindow(APPENDS_MAX);
    const rejecting = new WriteWindow(APPENDS_MAX);
    let rejects: Reject[] = [];
    try {
      const result = await readFile(
        {
          ...job,
          ...fileReading(job.provider, job.kind, job.mapping, this.providers),
          pseudonym,
          temporary: temporaryFolder(this.dir),
        },
        {
          append: (batch) => window.add(sink.append(batch)),
          table: (start) => archive?.table(start),
          raw: (bytes) => archive?.write(bytes),
          ...(sink.part === undefined
            ? {}
            : {
                part: (part) => {
                  parts.push(held(sink.part!(part)));
                },
              }),
          progress: (bytesRead) => {
            sink.progress(bytesRead);
            // A file of bad rows must not be read faster than its rejects are stored.
            return rejecting.drain();
          },
          reject: (reject) => {
            // It quotes the cell that was found.
            const message = hider === undefined ? reject.message : storedSentence(hider, reject.message);
            rejects.push({ ...reject, message });
            if (rejects.length < REJECTS_GROUP) return;
            rejecting.push(sink.rejects(rejects));
            rejects = [];
          },
        },
      );
      await sink.part?.(null);
      await Promise.all(parts);
      await window.drain();
      if (result.lack === null) archive?.finish();
      else archive?.abandon();
      return result;
    } catch (error) {
      archive?.abandon();
      // What was read before the fault is withdrawn, once it is stored.
      await window.drain();
      throw error;
    } finally {
      if (rejects.length > 0) await sink.rejects(rejects);
    }
  }

  async advance(step: AdvanceStep, asOf: Instant, rulesHash: string, commit: CommitBlocks): Promise<void> {
    await this.group.advance(step, asOf, this.rules(rulesHash), (blocks) => {
      const appends = blocks.map(({ header: { partition, height }, framed }): Append => {
        const place = { topic: 'ledger.v1', partition, expectedEnd: BigInt(height) } as const;
        return { ...place, count: 1, payload: framed, source: 0 };
      });
      const handoffs = blocks.map((block) => block.handoffs);
      const counts = blocks.flatMap((block) => [...block.counts]);
      return commit({ appends: [...appends, ...routed(handoffs, this.log.partitions)], counts });
    });
  }

  async replay(partitions: readonly number[], until: Instant, onBlock: OnBlock): Promise<Replayed[]> {
    this.group.tasks.length = 0;
    return partitions.map((partition) => {
      const { task, replayed } = replayPartition(this.log, partition, this.rules, onBlock, until);
      this.group.tasks.push(task);
      return replayed;
    });
  }

  async replayUnder(partitions: readonly number[], rules: Rules, asOf: Instant, onBlock: OnBlock): Promise<void> {
    this.group.tasks.length = 0;
    const compiled = compileRules(rules);
    for (const partition of partitions) {
      this.group.tasks.push(replayUnder(this.log, partition, compiled, asOf, onBlock));
    }
  }

  async close(): Promise<void> {
    if ('close' in this.log && typeof this.log.close === 'function') this.log.close();
  }
}

/** A promise whose failure is told when it is awaited. */
function held(promise: Promise<void>): Promise<void> {
  promise.catch(() => {});
  return promise;
}
