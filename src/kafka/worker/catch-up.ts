// A restored task on its way to the end of its ledger: the topics must still hold what it read last, and the blocks
// after it are executed once their facts are here; each must have the same hash again.

import { HesabuError } from '../../domain/errors.ts';
import type { TaskTopic } from '../../domain/fact.ts';
import type { BlockInput } from '../../ledger/block-codec.ts';
import { digestToHex, sha256OfParts } from '../../ledger/digest.ts';
import { EPOCHS_TOPIC } from '../../ledger/epoch.ts';
import type { Topic } from '../../log/event-log.ts';
import { batchesBetween, missingInput } from '../../task/block-inputs.ts';
import type { RulesByHash } from '../../task/rules-store.ts';
import { executeStored } from '../../task/stored-block.ts';
import type { ReconciliationTask } from '../../task/task.ts';
import type { ReadLog } from '../../task/task-group.ts';
import type { RecordQueue } from './record-queue.ts';
import type { PlacedBlock, RestoredTask } from './state-restore.ts';

type ReadTopic = TaskTopic | typeof EPOCHS_TOPIC;

export interface CatchUpOptions {
  readonly buffer: RecordQueue;
  readonly epochs: ReadLog;
  readonly rulesByHash: RulesByHash;
  /** The offset to continue reading a topic from. */
  readonly nextOf: (topic: ReadTopic) => bigint;
  /** Called when facts are dropped: there may be room for more. */
  readonly onTaken: () => void;
}

export class CatchUp {
  private readonly task: ReconciliationTask;
  private readonly options: CatchUpOptions;
  /** The log in which stored blocks find what they read. */
  private readonly inputs: Pick<ReadLog, 'read'>;
  private readonly stored: PlacedBlock[];
  /** The last input of each topic in the task's state, until it is confirmed to be unchanged. */
  private readonly checks: Map<string, BlockInput>;

  constructor({ task, blocks, read }: RestoredTask, options: CatchUpOptions) {
    const { buffer, epochs } = options;
    this.task = task;
    this.options = options;
    this.stored = [...blocks];
    this.checks = new Map(read);
    this.inputs = {
      read: (topic, partition, from) =>
        topic === EPOCHS_TOPIC ? epochs.read(topic, partition, from) : buffer.read(topic),
    };
  }

  /** The offset up to which the ledger has read a topic, including blocks after this task. */
  knownTo(topic: ReadTopic): bigint {
    const ends = this.stored.flatMap(({ header }) => header.inputs.filter((input) => input.topic === topic));
    const known = ends.at(-1)?.to ?? this.task.head.positions.get(topic) ?? 0n;
    const next = this.options.nextOf(topic);
    return known > next ? known : next;
  }

  /** Whether catching up waits for more of a topic. */
  needs(topic: TaskTopic): boolean {
    const inputs = [this.checks.get(topic), ...(this.stored[0]?.header.inputs ?? [])];
    return inputs.some((input) => input?.topic === topic && this.options.nextOf(topic) < input.to);
  }

  /**
   * Goes on with what is here; true once all blocks are executed. Throws HESABU_TOPIC_REPLACED and
   * HESABU_REPLAY_DIFFERS.
   */
  advance(): boolean {
    return this.check() && this.executeAll();
  }

  /** Checks that the topics still hold the ledger's last inputs. */
  private check(): boolean {
    for (const input of this.checks.values()) {
      if ((this.endOf(input.topic as Topic) ?? input.from) < input.to) continue;
      this.checkInput(input);
      this.options.buffer.dropBefore(input.topic as TaskTopic, input.to);
      this.checks.delete(input.topic);
      this.options.onTaken();
    }
    return this.checks.size === 0;
  }

  private checkInput({ topic, from, to, sha256 }: BlockInput): void {
    const { partition } = this.task.head;
    const parts = [...batchesBetween(this.inputs, topic as Topic, partition, from, to)];
    const found = sha256OfParts(parts.map(({ payload }) => payload));
    if (found === sha256) return;
    const where = `${topic}/${partition} from ${from} to ${to}`;
    const [expected, seen] = [sha256, found].map((digest) => `SHA-256 ${digestToHex(digest)}`);
    throw new HesabuError('HESABU_TOPIC_REPLACED', { where, expected: expected!, found: seen! });
  }

  /** Executes the stored blocks whose facts are here; true if those were all. */
  private executeAll(): boolean {
    const { buffer, nextOf, onTaken } = this.options;
    for (let block = this.stored[0]; block !== undefined; block = this.stored[0]) {
      const { header } = block;
      if (missingInput(header, (topic) => nextOf(topic as ReadTopic)) !== undefined) return false;
      this.execute(block);
      for (const { topic, to } of header.inputs) buffer.dropBefore(topic as TaskTopic, to);
      this.stored.shift();
      onTaken();
    }
    return true;
  }

  /** Throws HESABU_TOPIC_REPLACED where the topics hold other facts than the ledger read, which explains the rest. */
  private execute(block: PlacedBlock): void {
    try {
      executeStored(this.task, block, this.inputs, this.options.rulesByHash);
    } catch (error) {
      const isOther = error instanceof HesabuError && error.code === 'HESABU_REPLAY_DIFFERS';
      if (isOther) for (const input of block.header.inputs) this.checkInput(input);
      throw error;
    }
  }

  /** Of what is here and not dropped. */
  private endOf(topic: Topic): bigint | undefined {
    return topic === EPOCHS_TOPIC ? this.options.nextOf(topic) : this.options.buffer.end(topic);
  }
}
