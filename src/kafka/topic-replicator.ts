// Copies the topics of a ledger into a log of this process: facts at their Kafka offsets, blocks at their heights. The
// copy can be read, replayed and proved like any other data directory.

import { HesabuError } from '../domain/errors.ts';
import { FACT_TOPICS } from '../domain/fact.ts';
import type { Append, EventLog, Topic } from '../log/event-log.ts';
import { BatchBuilder, forEachValue } from '../log/value-frames.ts';
import type { KafkaMessage } from './client/kafkajs.ts';
import type { StartPosition, TopicEnds } from './client/topic-offsets.ts';
import type { Records } from './client/topic-reader.ts';
import { BlockAssembler, type BlockForm, follows, headerOf, type LinkedBlock } from './records/block-records.ts';
import { addFacts, addUnresolved } from './records/fact-records.ts';
import type { SchemaIds } from './topics/registry.ts';

/** Header of a record: the number of the import that it comes from. */
export const SOURCE = 'hesabu-source';
export const COPIED_TOPICS: readonly Topic[] = [...FACT_TOPICS, 'unresolved.v1', 'imports.v1', 'rules.v1', 'ledger.v1'];
const SINGLE: readonly Topic[] = ['imports.v1', 'rules.v1'];

/** Adds the values of records to a builder, and returns the offset after the last. */
export type AddValues = (
  builder: BatchBuilder,
  topic: Topic,
  partition: number,
  from: bigint,
  messages: readonly KafkaMessage[],
) => bigint;

interface Chain {
  readonly assembler: BlockAssembler<LinkedBlock>;
  height: number;
  hash: unknown;
  /** Whether the last block of the copy was found in the topic. */
  isFound: boolean;
}

export class TopicReplicator {
  private readonly copy: EventLog;
  private readonly prefix: string;
  private readonly blocks: BlockForm;
  private readonly addValues: AddValues;
  private readonly chains = new Map<number, Chain>();

  constructor(copy: EventLog, prefix: string, blocks: BlockForm, addValues: AddValues) {
    this.copy = copy;
    this.blocks = blocks;
    this.prefix = prefix;
    this.addValues = addValues;
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

  /**
   * Checks that everything still to be copied is in the topics. Throws HESABU_TOPIC_TRUNCATED and
   * HESABU_TOPIC_REPLACED: a copy that continued would have gaps.
   */
  checkPlaces({ begins, ends }: TopicEnds): void {
    for (const { topic, partition, offset } of this.places()) {
      const where = `${topic}/${partition}`;
      const [begin, end] = [
        begins.find((place) => `${place.topic}/${place.partition}` === where)?.offset,
        ends.get(where),
      ];
      if (begin !== undefined && begin > offset) throw lost('HESABU_TOPIC_TRUNCATED', where, offset, begin);
      if (end !== undefined && end < offset) throw lost('HESABU_TOPIC_REPLACED', where, offset, end);
    }
  }

  /** Checks that the copy is of the ledger that was read. Throws HESABU_LEDGER_GONE. */
  checkHeads(): void {
    for (let partition = 0; partition < this.copy.partitions; partition++) {
      const { height, isFound } = this.chainOf(partition);
      if (isFound || height < 0) continue;
      const where = `ledger.v1/${partition}`;
      throw new HesabuError('HESABU_LEDGER_GONE', {
        where,
        expected: `block ${height} of the copy`,
        found: 'no such block',
      });
    }
  }

  async take({ topic: name, partition, messages }: Records): Promise<void> {
    const topic = name.slice(this.prefix.length) as Topic;
    if (topic === 'ledger.v1') await this.takeBlocks(partition, messages);
    else await this.takeValues(topic, partition, messages);
  }

  private async takeValues(topic: Topic, partition: number, messages: readonly KafkaMessage[]): Promise<void> {
    const from = this.copy.end(topic, partition);
    const fresh = messages.filter(({ offset }) => BigInt(offset) >= from);
    let [at, next] = [0, from];
    while (at < fresh.length) {
      // A batch has one source.
      const source = sourceOf(fresh[at]!);
      let to = at + 1;
      while (to < fresh.length && sourceOf(fresh[to]!) === source) to++;
      const builder = new BatchBuilder();
      next = this.addValues(builder, topic, partition, next, fresh.slice(at, to));
      await this.copy.append([{ topic, partition, source, ...builder.take() }]);
      at = to;
    }
  }

  private async takeBlocks(partition: number, messages: readonly KafkaMessage[]): Promise<void> {
    const chain = this.chainOf(partition);
    const appends: Append[] = [];
    for (const message of messages) {
      const found = chain.assembler.take(message);
      if (found === undefined) continue;
      if (found.block.hash === chain.hash) chain.isFound = true;
      if (!follows(chain, found.block)) continue;
      const { block, bytes } = found;
      const builder = new BatchBuilder(bytes.length + 4);
      builder.add(bytes);
      const { height } = block.header;
      appends.push({ topic: 'ledger.v1', partition, source: 0, expectedEnd: BigInt(height), ...builder.take() });
      [chain.height, chain.hash, chain.isFound] = [height, block.hash, true];
    }
    if (appends.length > 0) await this.copy.append(appends);
  }

  private chainOf(partition: number): Chain {
    let chain = this.chains.get(partition);
    if (chain === undefined) {
      const assembler = new BlockAssembler(this.blocks);
      chain = { assembler, height: -1, hash: this.blocks.first, isFound: false };
      const end = this.copy.end('ledger.v1', partition);
      for (const batch of end === 0n ? [] : this.copy.read('ledger.v1', partition, end - 1n)) {
        forEachValue(batch.payload, 0, (start, stop) => {
          const { header, hash } = this.blocks.decode(batch.payload.subarray(start, stop));
          chain = { assembler, height: header.height, hash, isFound: false };
        });
      }
      this.chains.set(partition, chain);
    }
    return chain;
  }
}

function lost(
  code: 'HESABU_TOPIC_TRUNCATED' | 'HESABU_TOPIC_REPLACED',
  where: string,
  expected: bigint,
  found: bigint,
) {
  return new HesabuError(code, { where, expected: `offset ${expected}`, found: `offset ${found}` });
}

function sourceOf({ headers }: KafkaMessage): number {
  return headers?.[SOURCE] === undefined ? 0 : Number(headerOf(headers, SOURCE));
}

/** Facts as every reader interprets them; the values of other topics unchanged. */
export function addAsFacts(schemas: SchemaIds, partitions: number): AddValues {
  const facts: readonly Topic[] = FACT_TOPICS;
  return (builder, topic, partition, from, messages) => {
    if (facts.includes(topic)) {
      return addFacts(builder, from, partition, messages, { schemas, partitions, onFault: () => {} });
    }
    if (topic === 'unresolved.v1') return addUnresolved(builder, from, messages, schemas);
    return addUnchanged(schemas)(builder, topic, partition, from, messages);
  };
}

/** Values without the schema prefix, for topics that have a schema. Throws HESABU_TOPIC_TRUNCATED. */
export function addUnchanged(schemas: SchemaIds): AddValues {
  return (builder, topic, partition, from, messages) => {
    let next = from;
    const skipped = schemas.prefix(topic).length;
    for (const { offset, value } of messages) {
      if (BigInt(offset) !== next) {
        const where = `${topic}/${partition}`;
        throw new HesabuError('HESABU_TOPIC_TRUNCATED', { where, expected: `offset ${next}`, found: offset });
      }
      builder.add(value?.subarray(skipped) ?? new Uint8Array(0));
      next++;
    }
    return next;
  };
}
