// The tasks of some partitions in one thread: restored from snapshots and the ledger, advanced through the log, and
// asked for totals. A group does not know in which thread it runs.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { TASK_TOPICS, type TaskTopic } from '../domain/fact.ts';
import { HANDOFFS_TOPIC } from '../domain/handoff.ts';
import type { Instant } from '../domain/time.ts';
import { type BlockHeader, hashOfBeginning } from '../ledger/block-codec.ts';
import { digestToHex } from '../ledger/digest.ts';
import type { LedgerHead } from '../ledger/head.ts';
import type { Batch, EventLog } from '../log/event-log.ts';
import type { SnapshotName, SnapshotStore } from '../log/snapshots.ts';
import { forEachValue, LENGTH_SIZE } from '../log/value-frames.ts';
import type { CompiledRules } from '../matching/rules.ts';
import { WriteWindow } from '../runtime/write-window.ts';
import type { AdvanceStep } from './advance.ts';
import { batchesBetween, giveBackBatches, missingInput } from './block-inputs.ts';
import { waitingEpochs } from './epochs.ts';
import { LogClaims } from './log-claims.ts';
import { type OutcomePart, outcomePart } from './outcome.ts';
import { addTable, emptyOverview, type Overview } from './overview.ts';
import { type RulesByHash, rulesBefore } from './rules-store.ts';
import { executeStored, readStored } from './stored-block.ts';
import { ReconciliationTask, type TaskBlock } from './task.ts';
import { snapshotParts, taskFromSnapshot } from './task-snapshot.ts';

/**
 * A block takes about this many bytes of facts, so that its memory and its transaction are bounded, whatever the facts
 * are: some hundred thousand ordinary ones.
 */
const BLOCK_BYTES_MAX = 64 * 1024 * 1024;
/** The next block may be made while one is written, but not many more, */
const BLOCKS_IN_FLIGHT = 2;
/** unless they are small: then those of several partitions share a commit. */
const SMALL_BLOCKS_BYTES = 8 * 1024 * 1024;
/** So many bytes of small blocks are given together, so that they do share it. */
const TOGETHER_BYTES = 1024 * 1024;
/** By default a snapshot is worth its bytes after this many facts since the last one, */
const SNAPSHOT_FACTS_MIN = 20_000;
/** if they are at least this part of the keys. */
const SNAPSHOT_KEYS_PART = 4;
/**
 * A key with very many claims costs more than its facts tell. So a snapshot is also worth its bytes after so many
 * assessed claims, and after so many for each key,
 */
const SNAPSHOT_ASSESSED_MIN = 2_000_000;
const SNAPSHOT_ASSESSED_A_KEY = 4;
/** or, without waiting for the end of the process, after so many times more: some seconds of a start after a crash. */
const SNAPSHOT_SOON_TIMES = 2;

export type ReadLog = Pick<EventLog, 'read' | 'beginning' | 'end'>;

/** The block up to which something is kept that is made from the keys of a partition. */
type KeptAt = (partition: number) => SnapshotName | undefined;

/** Makes blocks of several partitions durable, and resolves then. The blocks of one partition come in order. */
export type Commit = (blocks: readonly TaskBlock[]) => Promise<void>;

export class TaskGroup {
  readonly tasks: ReconciliationTask[] = [];
  private readonly log: ReadLog & Pick<EventLog, 'partitions'>;
  private readonly snapshots: SnapshotStore;
  private readonly rules: RulesByHash;
  private readonly snapshotFactsMin: number;
  private readonly blockBytesMax: number;
  private readonly claims: LogClaims;
  private readonly factsSinceSnapshot = new Map<number, number>();

  constructor(
    log: ReadLog & Pick<EventLog, 'partitions'>,
    snapshots: SnapshotStore,
    rules: RulesByHash,
    snapshotFactsMin = SNAPSHOT_FACTS_MIN,
    blockBytesMax = BLOCK_BYTES_MAX,
  ) {
    this.log = log;
    this.claims = new LogClaims(log);
    this.snapshots = snapshots;
    this.rules = rules;
    this.snapshotFactsMin = snapshotFactsMin;
    this.blockBytesMax = blockBytesMax;
  }

  /**
   * Brings the partitions to the heads of their ledgers. From the block on that `keptAt` names, what is assessed is
   * noted for statements.
   */
  open(partitions: readonly number[], keptAt: KeptAt = () => undefined): void {
    for (const partition of partitions) this.tasks.push(this.restore(partition, keptAt(partition)));
  }

  get heads(): LedgerHead[] {
    return this.tasks.map((task) => task.head);
  }

  /** Takes one step of an advance as of a time, block by block, and gives them to `commit`: small ones together. */
  async advance(step: AdvanceStep, asOf: Instant, rules: CompiledRules, commit: Commit): Promise<void> {
    const committing = new WriteWindow(BLOCKS_IN_FLIGHT, SMALL_BLOCKS_BYTES);
    let made: TaskBlock[] = [];
    const commitMade = async () => {
      const blocks = made;
      made = [];
      if (blocks.length > 0) await committing.add(commit(blocks), bytesIn(blocks));
    };
    const take = async (block: TaskBlock) => {
      if (made.some(({ header }) => header.partition === block.header.partition)) await commitMade();
      made.push(block);
      if (bytesIn(made) >= TOGETHER_BYTES) await commitMade();
      // What was asked meanwhile is answered before the next block is made.
      await nextTurn();
    };
    const topics: readonly TaskTopic[] = step === 'facts' ? TASK_TOPICS : [HANDOFFS_TOPIC];
    // What others append while blocks are made, handoffs of these blocks too, is for the next step: so the blocks are
    // the same however long each takes.
    const ends = this.tasks.map((task) => topics.map((topic) => this.log.end(topic, task.head.partition)));
    for (const [at, task] of this.tasks.entries()) {
      const before = rulesBefore(task.head, this.rules, rules);
      if (step === 'deadlines') {
        while (task.hasDue(asOf, rules)) await take(task.step([], asOf, rules, { before }));
        continue;
      }
      const epochs = step === 'facts' ? waitingEpochs(this.log, task.head) : [];
      for (const { epoch, batch } of epochs) {
        await take(task.step([batch], epoch.as_of, rules, { before }));
      }
      const waiting = topics.map((topic, which) => this.unreadOf(topic, task.head, ends[at]![which]!));
      for (const batches of this.unreadInputs(waiting)) {
        const facts = batches.reduce((sum, batch) => sum + Number(batch.to - batch.from), 0);
        const { partition, deadlines_to } = task.head;
        this.factsSinceSnapshot.set(partition, (this.factsSinceSnapshot.get(partition) ?? 0) + facts);
        const block = task.step(batches, asOf, rules, { before, deadlinesTo: deadlines_to });
        giveBackBatches(batches);
        await take(block);
      }
    }
    await commitMade();
    await committing.drain();
    for (const task of this.tasks) if (isCostly(task, SNAPSHOT_SOON_TIMES)) this.saveSnapshot(task);
  }

  /** Of one partition if it is given. */
  overview(of?: number): Overview {
    const overview = emptyOverview();
    for (const { table, head } of this.tasks) {
      if (of === undefined || of === head.partition) addTable(overview, table, head.partition);
    }
    return overview;
  }

  outcomePart(): OutcomePart {
    const tables = this.tasks.map((task) => task.table);
    return outcomePart(tables, this.log.partitions);
  }

  /** Saves the state of the partitions that have read enough since their last snapshot. */
  saveSnapshots(): void {
    for (const task of this.tasks) {
      const { head, table } = task;
      const facts = this.factsSinceSnapshot.get(head.partition) ?? 0;
      const isDue = facts >= this.snapshotFactsMin && facts * SNAPSHOT_KEYS_PART >= table.count;
      if (isDue || isCostly(task, 1)) this.saveSnapshot(task);
    }
  }

  private saveSnapshot(task: ReconciliationTask): void {
    const { head } = task;
    const name = { height: head.height, blockHash: digestToHex(head.hash) };
    this.snapshots.save(head.partition, name, snapshotParts(task));
    this.factsSinceSnapshot.set(head.partition, 0);
    task.assessed = 0;
  }

  /** Executes the blocks that another process has written since and whose facts are here; each must give its bytes. */
  follow(): void {
    for (const task of this.tasks) {
      const { partition } = task.head;
      const isHere = (header: BlockHeader) =>
        missingInput(header, (topic) => this.log.end(topic, partition)) === undefined;
      this.followLedger(task, isHere);
    }
  }

  private restore(partition: number, kept: SnapshotName | undefined): ReconciliationTask {
    const task =
      this.fromSnapshot(partition) ??
      ReconciliationTask.empty(partition, { plain: true, claims: this.claims.ofPartition(partition) });
    task.warm(this.rules);
    const note = () => {
      if (isAt(task, kept)) task.takeAssessed('statements');
    };
    note();
    this.followLedger(task, () => true, note);
    return task;
  }

  private followLedger(
    task: ReconciliationTask,
    isHere: (header: BlockHeader) => boolean,
    onBlock: () => void = () => {},
  ): void {
    const { partition } = task.head;
    let isBehind = false;
    for (const batch of this.log.read('ledger.v1', partition, BigInt(task.head.height + 1))) {
      forEachValue(batch.payload, 0, (start, end) => {
        const stored = readStored(task.head, batch.payload.subarray(start, end));
        isBehind ||= !isHere(stored.header);
        if (isBehind) return;
        const facts = executeStored(task, stored, this.log, this.rules);
        this.factsSinceSnapshot.set(partition, (this.factsSinceSnapshot.get(partition) ?? 0) + facts);
        onBlock();
      });
      if (isBehind) return;
    }
  }

  /** A snapshot that does not belong to the ledger is ignored: the state is then made from the facts. */
  private fromSnapshot(partition: number): ReconciliationTask | undefined {
    const snapshot = this.snapshots.load(partition);
    if (snapshot === undefined || !this.isInLedger(partition, snapshot.height, snapshot.blockHash)) return undefined;
    return taskFromSnapshot(snapshot.content, 0, this.claims.ofPartition(partition));
  }

  /** Its header comes first in a block, which may be large: only the beginning is unpacked. */
  private isInLedger(partition: number, height: number, hash: string): boolean {
    const beginning = this.log.beginning('ledger.v1', partition, BigInt(height));
    if (beginning !== undefined) return digestToHex(hashOfBeginning(beginning.subarray(LENGTH_SIZE))) === hash;
    // A copy has several small blocks in a batch.
    for (const batch of this.log.read('ledger.v1', partition, BigInt(height))) {
      let found = false;
      forEachValue(batch.payload, height - Number(batch.from), (start, end, index) => {
        if (Number(batch.from) + index !== height) return;
        found = digestToHex(hashOfBeginning(batch.payload.subarray(start, end))) === hash;
      });
      return found;
    }
    return false;
  }

  /**
   * The inputs of one block after another. All topics advance in equal parts, so that a key's facts come together: the
   * next batch is of the topic of which the smallest part is read.
   */
  private *unreadInputs(topics: readonly UnreadTopic[]): Iterable<Batch[]> {
    const unread = topics.filter(({ next }) => next.done !== true);
    while (unread.length > 0) {
      const taken = new Map<TaskTopic, Batch[]>(unread.map(({ topic }) => [topic, []]));
      for (let bytes = 0; bytes < this.blockBytesMax && unread.length > 0; ) {
        const least = unread.reduce((least, other) => (partRead(other) < partRead(least) ? other : least));
        const batch: Batch = least.next.value;
        taken.get(least.topic)!.push(batch);
        bytes += batch.payload.length;
        least.at = batch.to;
        least.next = least.batches.next();
        if (least.next.done === true) unread.splice(unread.indexOf(least), 1);
      }
      yield [...taken.values()].flat();
    }
  }

  private unreadOf(topic: TaskTopic, { partition, positions }: LedgerHead, end: bigint): UnreadTopic {
    const from = positions.get(topic) ?? 0n;
    const batches = batchesBetween(this.log, topic, partition, from, end)[Symbol.iterator]();
    return { topic, from, end, batches, at: from, next: batches.next() };
  }
}

/** A topic that is being read up to where it ended at the beginning. */
interface UnreadTopic {
  readonly topic: TaskTopic;
  readonly from: bigint;
  readonly end: bigint;
  readonly batches: Iterator<Batch>;
  at: bigint;
  next: IteratorResult<Batch>;
}

function partRead({ from, at, end }: UnreadTopic): number {
  return Number(at - from) / Number(end - from);
}

function bytesIn(blocks: readonly TaskBlock[]): number {
  return blocks.reduce((sum, { bytes }) => sum + bytes.length, 0);
}

function isAt({ head }: ReconciliationTask, kept: SnapshotName | undefined): boolean {
  return kept !== undefined && head.height === kept.height && digestToHex(head.hash) === kept.blockHash;
}

/** Whether executing the blocks since the last snapshot again would take so many times longer than is good. */
function isCostly({ assessed, table }: ReconciliationTask, times: number): boolean {
  return assessed >= Math.max(SNAPSHOT_ASSESSED_MIN, table.count * SNAPSHOT_ASSESSED_A_KEY) * times;
}
