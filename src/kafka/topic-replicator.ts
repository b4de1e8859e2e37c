// Copies the topics of a ledger into a log of this process: facts at their Kafka offsets, blocks at their heights. The
// copy can be read, replayed and proved like any other data directory, at any moment: topics come separately, and a
// block is kept back until everything that it read is in the copy.

import { HesabuError } from '../domain/errors.ts';
import { TASK_TOPICS } from '../domain/fact.ts';
import type { Block, BlockHeader } from '../ledger/block-codec.ts';
import { digestToHex } from '../ledger/digest.ts';
import { EPOCHS_TOPIC } from '../ledger/epoch.ts';
import type { Append, EventLog, Topic } from '../log/event-log.ts';
import { BatchBuilder, forEachValue } from '../log/value-frames.ts';
import { missingInput } from '../task/block-inputs.ts';
import { RulesLog } from '../task/rules-log.ts';
import type { KafkaMessage } from './client/kafkajs.ts';
import type { RecordCursor, RecordSet } from './client/record-set.ts';
import type { StartPosition } from './client/topic-offsets.ts';
import type { Records } from './client/topic-reader.ts';
import { BlockAssembler, BlockChain, type BlockForm } from './records/block-records.ts';
import { FactReader } from './records/fact-records.ts';
import type { SchemaIds } from './topics/registry.ts';

/** Header of a record: the number of the import that it comes from. */
export const SOURCE = 'hesabu-source';
const SOURCE_NAME = Buffer.from(SOURCE);
export const COPIED_TOPICS: readonly Topic[] = [...TASK_TOPICS, 'imports.v1', 'rules.v1', EPOCHS_TOPIC, 'ledger.v1'];
const SINGLE: readonly Topic[] = ['imports.v1', 'rules.v1'];

/**
 * Adds the value of a record to a builder, after values for what lies between `next` and it. Returns the offset after
 * it.
 */
export type AddValue = (
  builder: BatchBuilder,
  topic: Topic,
  partition: number,
  next: number,
  record: RecordCursor,
) => number;

/** Blocks that are kept back may take this many bytes of memory; then no more of the ledger is read. */
const KEPT_BYTES_MAX = 64 * 1024 * 1024;

interface KeptBlock {
  readonly header: BlockHeader;
  readonly bytes: Buffer;
  /** Of its first record in ledger.v1. */
  readonly offset: bigint;
}

interface Chain {
  readonly assembler: BlockAssembler<Block>;
  readonly blocks: BlockChain;
  /** Whether the last block of the copy was found in the topic. */
  isFound: boolean;
  /** Those whose inputs are not in the copy yet, in order. */
  readonly kept: KeptBlock[];
  keptBytes: number;
}

/** What the first block that is kept back in a partition waits for. */
export interface AwaitedInput {
  /** The partition of the ledger, and the block. */
  readonly partition: number;
  readonly height: number;
  /** Of the block's first record in ledger.v1. */
  readonly offset: bigint;
  /** The topic-partition that must be copied up to `to`. */
  readonly input: { readonly topic: Topic; readonly partition: number; readonly to: bigint };
}

export class TopicReplicator {
  private readonly copy: EventLog;
  private readonly prefix: string;
  private readonly blocks: BlockForm<Block>;
  private readonly addValue: AddValue;
  private readonly chains = new Map<number, Chain>();
  private rules: RulesLog | undefined;

  constructor(copy: EventLog, prefix: string, blocks: BlockForm<Block>, addValue: AddValue) {
    this.copy = copy;
    this.blocks = blocks;
    this.prefix = prefix;
    this.addValue = addValue;
  }

  /** The positions to read from. The ledger is read from its beginning: its offsets are not its heights. */
  places(): StartPosition[] {
    const { partitions } = this.copy;
    return COPIED_TOPICS.flatMap((topic) =>
      Array.from({ length: SINGLE.includes(topic) ? 1 : partitions }, (_, partition) => ({
        topic: this.prefix + topic,
        partition,
        offset: topic === 'ledger.v1' ? 0n : this.copy.end(topic, partition),
      })),
    );
  }

  /** Checks that the copy is of the ledger that was read. Throws HESABU_LEDGER_GONE. */
  checkHeads(): void {
    for (let partition = 0; partition < this.copy.partitions; partition++) {
      const { blocks, isFound } = this.chainOf(partition);
      if (isFound || blocks.height < 0) continue;
      const where = `ledger.v1/${partition}`;
      throw new HesabuError('HESABU_LEDGER_GONE', {
        where,
        expected: `block ${blocks.height} of the copy`,
        found: 'no such block',
      });
    }
  }

  async take({ topic: name, partition, records }: Records): Promise<void> {
    const topic = name.slice(this.prefix.length) as Topic;
    if (topic === 'ledger.v1') this.keepBlocks(partition, records.messages);
    else await this.takeValues(topic, partition, records);
    await this.copyBlocks(topic === 'rules.v1' ? [...this.chains.keys()] : [partition]);
  }

  /** Whether more of a topic-partition can be taken now. */
  isWanted(name: string, partition: number): boolean {
    if (name !== `${this.prefix}ledger.v1`) return true;
    return (this.chains.get(partition)?.keptBytes ?? 0) < KEPT_BYTES_MAX / this.copy.partitions;
  }

  /** What blocks wait for; only the first of each partition, because the others come after it. */
  get awaited(): readonly AwaitedInput[] {
    return [...this.chains].flatMap(([partition, { kept }]) => {
      const [first] = kept;
      const input = first === undefined ? undefined : this.missing(first.header);
      if (first === undefined || input === undefined) return [];
      return [{ partition, height: first.header.height, offset: first.offset, input }];
    });
  }

  private async takeValues(topic: Topic, partition: number, records: RecordSet): Promise<void> {
    let next = Number(this.copy.end(topic, partition));
    const builder = new BatchBuilder(records.size);
    let source = 0;
    const append = async () => {
      if (builder.count > 0) await this.copy.append([{ topic, partition, source, ...builder.take() }]);
    };
    for (const record = records.cursor(); record.next(); ) {
      if (record.offset < next) continue;
      // A batch has one source.
      const from = sourceOf(record);
      if (from !== source) await append();
      source = from;
      next = this.addValue(builder, topic, partition, next, record);
    }
    await append();
  }

  private keepBlocks(partition: number, messages: readonly KafkaMessage[]): void {
    const chain = this.chainOf(partition);
    for (const message of messages) {
      const found = chain.assembler.take(message);
      if (found === undefined) continue;
      const { block, bytes, offset } = found;
      if (block.hash === chain.blocks.hash) chain.isFound = true;
      if (!chain.blocks.take(block)) continue;
      chain.isFound = true;
      chain.kept.push({ header: block.header, bytes, offset });
      chain.keptBytes += bytes.length;
    }
  }

  /** Copies the blocks whose inputs are in the copy. */
  private async copyBlocks(partitions: readonly number[]): Promise<void> {
    const appends: Append[] = [];
    for (const partition of partitions) {
      const chain = this.chains.get(partition);
      if (chain === undefined) continue;
      for (let first = chain.kept[0]; first !== undefined; first = chain.kept[0]) {
        const { header, bytes } = first;
        if (this.missing(header) !== undefined) break;
        const builder = new BatchBuilder(bytes.length + 4);
        builder.add(bytes);
        const expectedEnd = BigInt(header.height);
        appends.push({ topic: 'ledger.v1', partition, source: 0, expectedEnd, ...builder.take() });
        chain.kept.shift();
        chain.keptBytes -= bytes.length;
      }
    }
    if (appends.length > 0) await this.copy.append(appends);
  }

  /** What a block read and the copy does not have: facts, or its rules. */
  private missing(header: BlockHeader): AwaitedInput['input'] | undefined {
    const { partition } = header;
    const input = missingInput(header, (topic) => this.copy.end(topic, partition));
    if (input !== undefined) return { topic: input.topic as Topic, partition, to: input.to };
    this.rules ??= new RulesLog(this.copy);
    if (this.rules.has(digestToHex(header.rules_hash))) return undefined;
    return { topic: 'rules.v1', partition: 0, to: this.copy.end('rules.v1', 0) + 1n };
  }

  private chainOf(partition: number): Chain {
    let chain = this.chains.get(partition);
    if (chain === undefined) {
      const assembler = new BlockAssembler(this.blocks);
      const blocks = new BlockChain(partition, this.lastBlock(partition));
      chain = { assembler, blocks, isFound: false, kept: [], keptBytes: 0 };
      this.chains.set(partition, chain);
    }
    return chain;
  }

  /** Of the copy. */
  private lastBlock(partition: number): { readonly height: number; readonly hash: unknown } {
    let last = { height: -1, hash: this.blocks.first };
    const end = this.copy.end('ledger.v1', partition);
    for (const batch of end === 0n ? [] : this.copy.read('ledger.v1', partition, end - 1n)) {
      forEachValue(batch.payload, 0, (start, stop) => {
        const { header, hash } = this.blocks.decode(batch.payload.subarray(start, stop));
        last = { height: header.height, hash };
      });
    }
    return last;
  }
}

function sourceOf(record: RecordCursor): number {
  return Number(record.header(SOURCE_NAME) ?? 0);
}

/** Facts as every reader interprets them; the values of other topics unchanged. */
export function addAsFacts(schemas: SchemaIds, partitions: number): AddValue {
  const facts: readonly Topic[] = TASK_TOPICS;
  const unchanged = addUnchanged(schemas);
  const readers = new Map<string, FactReader>();
  return (builder, topic, partition, next, record) => {
    if (!facts.includes(topic)) return unchanged(builder, topic, partition, next, record);
    const name = `${topic}/${partition}`;
    let reader = readers.get(name);
    if (reader === undefined) {
      reader = new FactReader({ topic, partition, schemas, partitions, onFault: () => {} });
      readers.set(name, reader);
    }
    return reader.add(builder, next, record);
  };
}

/** Values without the schema prefix, for topics that have a schema. Throws HESABU_TOPIC_TRUNCATED. */
export function addUnchanged(schemas: SchemaIds): AddValue {
  return (builder, topic, partition, next, { offset, value }) => {
    if (offset !== next) {
      const where = `${topic}/${partition}`;
      throw new HesabuError('HESABU_TOPIC_TRUNCATED', { where, expected: `offset ${next}`, found: `${offset}` });
    }
    builder.add(value?.subarray(schemas.prefix(topic).length) ?? new Uint8Array(0));
    return next + 1;
  };
}
