// Brings tasks to where their ledgers stand: their state from the newest snapshot that fits, else from nothing, and
// the blocks since then, which are executed again once their facts are read.

import type { Kafka } from 'kafkajs';
import { ByteReader, ByteWriter } from '../../domain/bytes.ts';
import type { BlockHeader } from '../../ledger/block-codec.ts';
import type { Digest } from '../../ledger/digest.ts';
import { BlockAssembler, follows, takeoverIn } from '../../log/kafka/block-records.ts';
import { type Records, startReading } from '../../log/kafka/reader.ts';
import { SnapshotGatherer, type SnapshotPlace } from '../../log/kafka/snapshot-topic.ts';
import type { SnapshotStore } from '../../log/snapshots.ts';
import { ReconciliationTask } from '../../projections/reconciliation/task.ts';
import { taskFromSnapshot } from '../../projections/reconciliation/task-snapshot.ts';
import { BLOCKS } from '../engine/kafka-copy.ts';

/** A block that stands in the ledger: its facts must give this hash again. */
export interface StoredBlock {
  readonly header: BlockHeader;
  readonly hash: Digest;
}

export interface Restored {
  readonly task: ReconciliationTask;
  /** What stands in the ledger after the task, in order. */
  readonly blocks: readonly StoredBlock[];
  /** The last block of the ledger: what it read is held against the topics. Undefined where there is none. */
  readonly last: StoredBlock | undefined;
  /** Where the next snapshot goes. */
  readonly place: SnapshotPlace;
}

export interface RestoringOptions {
  readonly kafka: Kafka;
  readonly prefix: string;
  readonly snapshots: SnapshotStore;
}

/** A snapshot begins with the offset of its block in ledger.v1, and its place in snapshots.v1. */
export function keptParts(task: readonly Uint8Array[], offset: bigint, place: SnapshotPlace): Uint8Array[] {
  const writer = new ByteWriter(16);
  writer.long(Number(offset));
  writer.string(place);
  return [writer.take(), ...task];
}

interface Kept {
  readonly task: ReconciliationTask;
  readonly offset: bigint;
  readonly place: SnapshotPlace;
}

function keptTask(content: Buffer | undefined, partition: number): Kept | undefined {
  if (content === undefined) return undefined;
  const reader = new ByteReader(content);
  const offset = BigInt(reader.long());
  const place = reader.string() === 'a' ? 'a' : 'b';
  const task = taskFromSnapshot(content, reader.at);
  return task?.head.partition === partition ? { task, offset, place } : undefined;
}

/** What stands in the ledger before the takeover with this id is final; so is what stands in snapshots.v1. */
export async function restoreTask(partition: number, takeover: string, options: RestoringOptions): Promise<Restored> {
  const { snapshots } = options;
  const reading = { ...options, partition, takeover };
  const candidates = [
    async () => keptTask(snapshots.load(partition)?.content, partition),
    async () => keptTask(await readSnapshot(reading), partition),
  ];
  for (const candidate of candidates) {
    const kept = await candidate();
    const restored = kept === undefined ? undefined : await readLedger(reading, kept.task, kept.offset);
    if (restored !== undefined) return { ...restored, place: kept?.place === 'a' ? 'b' : 'a' };
  }
  // No snapshot fits the ledger: the state is made from the facts.
  return { ...(await readLedger(reading, ReconciliationTask.empty(partition), 0n))!, place: 'a' };
}

interface TakeoverReading {
  readonly kafka: Kafka;
  readonly prefix: string;
  readonly partition: number;
  readonly takeover: string;
}

async function readSnapshot(reading: TakeoverReading): Promise<Buffer | undefined> {
  const gatherer = new SnapshotGatherer();
  await readToTakeover(reading, 'snapshots.v1', 0n, (message) => gatherer.take(message));
  return gatherer.snapshot()?.content;
}

/** The blocks from the one that the task stands after; undefined where that one is not in the ledger. */
async function readLedger(
  reading: TakeoverReading,
  task: ReconciliationTask,
  offset: bigint,
): Promise<Omit<Restored, 'place'> | undefined> {
  const assembler = new BlockAssembler(BLOCKS);
  const blocks: StoredBlock[] = [];
  const { head } = task;
  let own: StoredBlock | undefined;
  await readToTakeover(reading, 'ledger.v1', offset, (message) => {
    const found = assembler.take(message);
    if (found === undefined) return;
    const { header, hash } = found.block;
    if (header.height === head.height && hash === head.hash) own = { header, hash };
    const last = blocks.at(-1);
    const before = last === undefined ? head : { height: last.header.height, hash: last.hash };
    if (follows(before, found.block)) blocks.push({ header, hash });
  });
  if (head.height >= 0 && own === undefined) return undefined;
  return { task, blocks, last: blocks.at(-1) ?? own };
}

/** Reads one partition of a topic from an offset until the takeover comes back. */
async function readToTakeover(
  { kafka, prefix, partition, takeover }: TakeoverReading,
  topic: string,
  offset: bigint,
  onMessage: (message: Records['messages'][number]) => void,
): Promise<void> {
  const done = Promise.withResolvers<void>();
  let isDone = false;
  const onRecords = ({ messages }: Records) => {
    for (const message of messages) {
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
