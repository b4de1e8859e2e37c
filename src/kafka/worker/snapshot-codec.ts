// A task as a worker's snapshot keeps it: its state, where its block stands in ledger.v1, and what was read last.

import { ByteReader, ByteWriter } from '../../domain/bytes.ts';
import type { BlockInput } from '../../ledger/block-codec.ts';
import { digestFromHex, digestToHex } from '../../ledger/digest.ts';
import type { ReconciliationTask } from '../../task/task.ts';
import { taskFromSnapshot } from '../../task/task-snapshot.ts';
import type { SnapshotPlace } from '../records/snapshot-topic.ts';

/** What the blocks up to some place in the ledger read last of each topic. */
export type LastRead = ReadonlyMap<string, BlockInput>;

export interface StoredTask {
  readonly task: ReconciliationTask;
  /** Of the first record of its block in ledger.v1; -1 for a task without one. */
  readonly offset: bigint;
  readonly read: LastRead;
  /** Where in snapshots.v1 the snapshot is. */
  readonly place: SnapshotPlace;
}

/** Of what stands before the state; a snapshot of another format is passed over. */
const FORMAT = 'hesabu-task-2';

interface Before {
  readonly format: string;
  readonly offset: string;
  readonly place: SnapshotPlace;
  readonly read: readonly { topic: string; from: string; to: string; sha256: string }[];
}

/** `task` as the parts of its state. */
export function keptParts(task: readonly Uint8Array[], kept: Omit<StoredTask, 'task'>): Uint8Array[] {
  const read = [...kept.read.values()].map(({ topic, from, to, sha256 }) => ({
    ...{ topic, from: String(from), to: String(to), sha256: digestToHex(sha256) },
  }));
  const before: Before = { format: FORMAT, offset: String(kept.offset), place: kept.place, read };
  const writer = new ByteWriter(1024);
  writer.string(JSON.stringify(before));
  return [writer.take(), ...task];
}

/** Undefined where the bytes are none, of another format or of another partition. */
export function storedTask(content: Buffer | undefined, partition: number): StoredTask | undefined {
  if (content === undefined) return undefined;
  try {
    const reader = new ByteReader(content);
    const { format, offset, place, read } = JSON.parse(reader.string()) as Before;
    if (format !== FORMAT) return undefined;
    const task = taskFromSnapshot(content, reader.at);
    if (task?.head.partition !== partition) return undefined;
    const inputs = read.map(({ topic, from, to, sha256 }) => ({
      ...{ topic, from: BigInt(from), to: BigInt(to), sha256: digestFromHex(sha256)! },
    }));
    return { task, offset: BigInt(offset), place, read: new Map(inputs.map((input) => [input.topic, input])) };
  } catch (error) {
    if (error instanceof RangeError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
