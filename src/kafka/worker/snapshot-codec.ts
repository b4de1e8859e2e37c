// A task in a worker's snapshot: its state, the offset of its block in ledger.v1, and its last inputs.

import { ByteReader, ByteWriter } from '../../domain/bytes.ts';
import type { BlockInput } from '../../ledger/block-codec.ts';
import { digestFromHex, digestToHex } from '../../ledger/digest.ts';
import { ALIGNMENT } from '../../task/part-reader.ts';
import type { ReconciliationTask } from '../../task/task.ts';
import { taskFromSnapshot } from '../../task/task-snapshot.ts';
import type { SnapshotSlot } from '../records/snapshot-topic.ts';

/** The last input of each topic in the blocks up to some point of the ledger. */
export type LastRead = ReadonlyMap<string, BlockInput>;

export interface StoredTask {
  readonly task: ReconciliationTask;
  /** Of the first record of its block in ledger.v1; -1 for a task without one. */
  readonly offset: bigint;
  readonly read: LastRead;
  /** The slot of the snapshot in snapshots.v1. */
  readonly place: SnapshotSlot;
}

/** The format of the part before the state; a snapshot in another format is ignored. */
const FORMAT = 'hesabu-task-2';

interface Before {
  readonly format: string;
  readonly offset: string;
  readonly place: SnapshotSlot;
  readonly read: readonly { topic: string; from: string; to: string; sha256: string }[];
}

/** `task` is the parts of its state. */
export function storedParts(task: readonly Uint8Array[], stored: Omit<StoredTask, 'task'>): Uint8Array[] {
  const read = [...stored.read.values()].map(({ topic, from, to, sha256 }) => ({
    ...{ topic, from: String(from), to: String(to), sha256: digestToHex(sha256) },
  }));
  const before: Before = { format: FORMAT, offset: String(stored.offset), place: stored.place, read };
  return [textAligned(JSON.stringify(before)), ...task];
}

/** With spaces at its end, so that the state after it begins where columns of numbers can lie. */
function textAligned(json: string): Buffer {
  const writer = new ByteWriter(1024);
  for (let text = json; ; text += ' ') {
    writer.string(text);
    const bytes = writer.take();
    if (bytes.length % ALIGNMENT === 0) return bytes;
  }
}

/** Undefined for missing or invalid bytes, another format or another partition. */
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
