// Sends appends of a log to the topics: their values as records, with the keys and headers that other programs read.

import { setTimeout as sleep } from 'node:timers/promises';
import { HesabuError } from '../domain/errors.ts';
import { FACT_TOPICS } from '../domain/fact.ts';
import { HANDOFFS_TOPIC } from '../domain/handoff.ts';
import type { Append, Topic } from '../log/event-log.ts';
import { readFact } from '../log/fact-codec.ts';
import { forEachValue } from '../log/value-frames.ts';
import { isAway } from './client/cluster-errors.ts';
import { IdempotentProducer } from './client/idempotent-producer.ts';
import type { Kafka, Message } from './client/kafkajs.ts';
import { PART_BYTES_MAX } from './records/block-records.ts';
import { cloudEventHeaders } from './records/cloud-event.ts';
import { identityHeaders } from './records/ledger-identity.ts';
import { type AddValue, SOURCE } from './topic-replicator.ts';
import { type SchemaIds, WIRE_PREFIX_BYTES } from './topics/registry.ts';

export interface AppendSenderOptions {
  readonly kafka: Kafka;
  readonly prefix: string;
  readonly schemas: SchemaIds;
  /** Whether the values are no facts. */
  readonly addValue?: AddValue;
  /** Whether an append waits for a cluster that is away. Otherwise it is refused, so that its caller can answer. */
  readonly isPatient?: boolean;
}

interface Sent {
  /** The offset after the last record. */
  readonly end: bigint;
  /** Whether the records lie one after another, with none of others between. */
  readonly isOwn: boolean;
}

const SEND_MESSAGES_MAX = 500;
/** After a failed send while the cluster answers. */
const AGAIN_MILLIS = 500;
const FACTS: readonly Topic[] = FACT_TOPICS;

export class AppendSender {
  private readonly options: AppendSenderOptions;
  private readonly partitions: number;
  private readonly closing: AbortSignal;
  private readonly producer: IdempotentProducer;

  /** With `closing` a send that waits is refused. */
  constructor(options: AppendSenderOptions, partitions: number, closing: AbortSignal) {
    this.options = options;
    this.partitions = partitions;
    this.closing = closing;
    this.producer = new IdempotentProducer(options.kafka);
  }

  connect(): Promise<void> {
    return this.producer.connect();
  }

  close(): Promise<void> {
    return this.producer.close();
  }

  async send(append: Append): Promise<Sent> {
    if (append.topic === 'ledger.v1' || append.topic === HANDOFFS_TOPIC) {
      throw new RangeError('blocks and handoffs are written by tasks');
    }
    let end = -1n;
    let isOwn = true;
    for (const messages of this.chunksOf(append)) {
      const from = await this.sendMessages(append.topic, messages);
      isOwn &&= end < 0n || from === end;
      end = from + BigInt(messages.length);
    }
    return { end, isOwn };
  }

  /** Returns the first offset. What is sent again after an error may be there twice: a fact then is the same fact. */
  private async sendMessages(topic: Topic, messages: Message[]): Promise<bigint> {
    const { prefix, isPatient, kafka } = this.options;
    const signal = this.closing;
    for (;;) {
      try {
        const [sent] = await this.producer.send({ topic: prefix + topic, messages });
        return BigInt(sent!.baseOffset!);
      } catch (error) {
        if (signal.aborted) throw closed();
        if (isPatient !== true || !isAway(error)) throw error;
        await kafka.presence.back(signal);
        await sleep(AGAIN_MILLIS, undefined, { signal }).catch(() => {});
      }
    }
  }

  private *chunksOf({ topic, partition, payload, source }: Append): Iterable<Message[]> {
    const prefix = this.options.schemas.prefix(topic);
    const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.length);
    const all: Message[] = [];
    forEachValue(bytes, 0, (start, end) => {
      const value = Buffer.concat([prefix, bytes.subarray(start, end)]);
      all.push({ partition, value, ...this.envelope(topic, value, source) });
    });
    let [messages, size]: [Message[], number] = [[], 0];
    for (const message of all) {
      const added = (message.value?.length ?? 0) + 400;
      if (messages.length === SEND_MESSAGES_MAX || (messages.length > 0 && size + added > PART_BYTES_MAX)) {
        yield messages;
        [messages, size] = [[], 0];
      }
      messages.push(message);
      size += added;
    }
    yield messages;
  }

  /** The key, and the headers that describe the record to other programs. */
  private envelope(topic: Topic, value: Buffer, source: number): Pick<Message, 'key' | 'headers'> {
    const { schemas, addValue } = this.options;
    if (topic === 'rules.v1') return { headers: identityHeaders({ partitions: this.partitions, schemas }) };
    const headers = source === 0 ? {} : { [SOURCE]: String(source) };
    if (!FACTS.includes(topic) || addValue !== undefined) return { headers };
    const { transaction_reference, id, provider } = readFact(value, WIRE_PREFIX_BYTES, value.length);
    const event = { id, source: `/hesabu/producers/${provider}`, type: `hesabu.${topic}` };
    return { key: transaction_reference, headers: { ...cloudEventHeaders(event), ...headers } };
  }
}

/** The error of what is asked of a log that closes. */
export function closed(): HesabuError {
  return new HesabuError('HESABU_LOG_FAILED', { where: 'closing' });
}
