// Restores tasks to the state of their ledgers: from the newest valid snapshot, otherwise from nothing, and the blocks
// since then, which are executed again once their facts are read.

import { HesabuError } from '../../domain/errors.ts';
import type { BlockInput } from '../../ledger/block-codec.ts';
import type { LedgerHead } from '../../ledger/head.ts';
import type { SnapshotStore } from '../../log/snapshots.ts';
import type { StoredBlock } from '../../task/stored-block.ts';
import { ReconciliationTask } from '../../task/task.ts';
import { highWatermarks } from '../client/high-watermarks.ts';
import type { Kafka, KafkaMessage } from '../client/kafkajs.ts';
import { hasRecords } from '../client/reading-to-end.ts';
import { topicEnds } from '../client/topic-offsets.ts';
import { type Records, startReading } from '../client/topic-reader.ts';
import { BLOCKS } from '../kafka-copy.ts';
import { BlockAssembler, BlockChain, takeoverIn } from '../records/block-records.ts';
import { SnapshotAssembler, type SnapshotSlot } from '../records/snapshot-topic.ts';
import { RECON_TOPICS } from '../topics/topic-plans.ts';
import { type LastRead, type StoredTask, storedTask } from './snapshot-codec.ts';

export interface PlacedBlock extends StoredBlock {
  /** Of its first record in ledger.v1. */
  readonly offset: bigint;
}

export interface RestoredTask {
  readonly task: ReconciliationTask;
  /** The blocks in the ledger after the task, in order. */
  readonly blocks: readonly PlacedBlock[];
  /** The last input of each topic in the task's state; it is compared with the topics. */
  readonly read: LastRead;
  /** The offset of the ledger's last block; -1 if there is none. */
  readonly offset: bigint;
  /** The slot of the next snapshot. */
  readonly place: SnapshotSlot;
}

export interface StateRestoreOptions {
  readonly kafka: Kafka;
  readonly prefix: string;
  readonly snapshots: Pick<SnapshotStore, 'load'>;
  /** After so many facts a worker writes a snapshot. */
  readonly factsMin: number;
}

/** To read a key's state from the cluster takes less than to execute this part of a fact. */
const NEAR_FACTS_A_KEY = 0.25;

/**
 * Everything in the ledger and in snapshots.v1 before the takeover with this id is final. Throws HESABU_LEDGER_GONE if
 * the topic lost blocks: from nothing, their entries would be written a second time.
 */
export async function restoreTask(
  partition: number,
  takeover: string,
  options: StateRestoreOptions,
): Promise<RestoredTask> {
  const { kafka, prefix, snapshots, factsMin } = options;
  const reading = { kafka, prefix, partition, takeover };
  const { begin, end } = await placesOf(reading, 'ledger.v1');
  if (begin > 0n) throw gone(partition, 'offset 0', `offset ${begin} first`);
  let shared: StoredTask | undefined;
  const candidates = [
    async () => storedTask(snapshots.load(partition)?.content, partition),
    async () => {
      shared = storedTask(await readSnapshot(reading), partition);
      return shared;
    },
  ];
  let nearest: RestoredTask | undefined;
  for (const candidate of candidates) {
    // A partition may have been elsewhere for long, and this machine's snapshot be far behind the cluster's.
    if (nearest !== undefined && isNear(nearest, factsMin)) break;
    const stored = await candidate();
    if (stored === undefined || stored.offset >= end) continue;
    const { isFound, ...found } = await readLedger(reading, stored);
    if (!isFound || (nearest !== undefined && nearest.blocks.length <= found.blocks.length)) continue;
    nearest = { ...stored, ...found, place: stored.place === 'a' ? 'b' : 'a' };
  }
  if (nearest !== undefined) return nearest;
  // No snapshot fits the ledger: the state is built from the facts.
  const nothing = { task: ReconciliationTask.empty(partition), offset: -1n, read: new Map(), place: 'b' } as const;
  const found = await readLedger(reading, nothing);
  if (found.blocks.length === 0) await requireUnwritten(reading);
  if (shared !== undefined) requireBlock(shared.task.head, found.blocks);
  return { ...nothing, ...found, place: 'a' };
}

/** Whether to execute the blocks takes no longer than to read another snapshot. */
function isNear({ task, blocks }: RestoredTask, factsMin: number): boolean {
  const inputs = blocks.flatMap(({ header }) => header.inputs);
  const facts = inputs.reduce((sum, { from, to }) => sum + Number(to - from), 0);
  return facts <= Math.max(factsMin, task.table.count) * NEAR_FACTS_A_KEY;
}

/** A snapshot in the topic was named after its block was committed: a ledger without that block lost its end. */
function requireBlock({ partition, height, hash }: LedgerHead, blocks: readonly PlacedBlock[]): void {
  if (blocks.some((block) => block.header.height === height && block.hash === hash)) return;
  const found = blocks.length === 0 ? 'no block' : `block ${blocks.length - 1} last`;
  throw gone(partition, `block ${height} of the snapshot in snapshots.v1`, found);
}

interface TakeoverReading {
  readonly kafka: Kafka;
  readonly prefix: string;
  readonly partition: number;
  readonly takeover: string;
}

async function placesOf({ kafka, prefix, partition }: TakeoverReading, topic: string) {
  const { begins } = await topicEnds(kafka, [prefix + topic]);
  const begin = begins.find((place) => place.partition === partition)?.offset ?? 0n;
  return { begin, end: (await highWatermarks(kafka, prefix + topic)).get(partition) ?? 0n };
}

/** A ledger without a block must have no snapshot and no entry. */
async function requireUnwritten(reading: TakeoverReading): Promise<void> {
  const { kafka, prefix, partition } = reading;
  const isSnapshotted = (await readSnapshot(reading)) !== undefined;
  const topics = RECON_TOPICS.map((topic) => prefix + topic);
  if (!isSnapshotted && !(await hasRecords({ kafka, prefix }, topics, partition))) return;
  throw gone(partition, `the blocks of the records in ${isSnapshotted ? 'snapshots.v1' : 'recon.*'}`, 'no block');
}

function gone(partition: number, expected: string, found: string): HesabuError {
  return new HesabuError('HESABU_LEDGER_GONE', { where: `ledger.v1/${partition}`, expected, found });
}

async function readSnapshot(reading: TakeoverReading): Promise<Buffer | undefined> {
  const gatherer = new SnapshotAssembler();
  const { begin } = await placesOf(reading, 'snapshots.v1');
  await readToTakeover(reading, 'snapshots.v1', begin, (message) => gatherer.take(message));
  return (await gatherer.snapshot())?.content;
}

interface FoundLedger {
  readonly blocks: readonly PlacedBlock[];
  readonly offset: bigint;
  /** Whether the task's last block is in the ledger. */
  readonly isFound: boolean;
}

/** The blocks after the task's last block. Throws HESABU_LEDGER_GONE if one is missing between others. */
async function readLedger(reading: TakeoverReading, { task: { head }, offset }: StoredTask): Promise<FoundLedger> {
  const { partition } = reading;
  const assembler = new BlockAssembler(BLOCKS);
  const blocks: PlacedBlock[] = [];
  const chain = new BlockChain(partition, head);
  let isFound = head.height < 0;
  await readToTakeover(reading, 'ledger.v1', offset < 0n ? 0n : offset, (message) => {
    const found = assembler.take(message);
    if (found === undefined) return;
    const { header, hash } = found.block;
    if (header.height === head.height && hash === head.hash) isFound = true;
    // Where the task's last block is not, the others are of another ledger: they say nothing of this task.
    if (isFound && chain.take(found.block)) blocks.push({ header, hash, offset: found.offset });
  });
  return { blocks, offset: blocks.at(-1)?.offset ?? offset, isFound };
}

/** Reads one partition of a topic from an offset until the takeover comes back. */
async function readToTakeover(
  { kafka, prefix, partition, takeover }: TakeoverReading,
  topic: string,
  offset: bigint,
  onMessage: (message: KafkaMessage) => void,
): Promise<void> {
  const done = Promise.withResolvers<void>();
  let isDone = false;
  const onRecords = ({ records }: Records) => {
    for (const message of records.messages) {
      if (isDone) return;
      isDone = takeoverIn(message) === takeover;
      if (isDone) done.resolve();
      else onMessage(message);
    }
  };
  const places = [{ topic: prefix + topic, partition, offset }];
  const reading = await startReading({ kafka, prefix, places, onRecords, onFault: done.reject, waitMillis: 20 });
  try {
    await done.promise;
  } finally {
    await reading.stop();
  }
}

/** The last input of each topic, after these inputs too. */
export function lastRead(before: LastRead, inputs: readonly BlockInput[]): LastRead {
  return new Map([...before, ...inputs.map((input) => [input.topic, input] as const)]);
}
