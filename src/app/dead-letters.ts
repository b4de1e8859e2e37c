// Dead letters: the records of fact topics that are not facts, and another try for them once the cause is removed: the
// schema is known now, or the key is taken from the fact itself.

import { partitionOf } from '../domain/partition.ts';
import { IdempotentProducer } from '../kafka/client/idempotent-producer.ts';
import type { KafkaMessage, Message } from '../kafka/client/kafkajs.ts';
import type { Patience } from '../kafka/client/outages.ts';
import { readTo } from '../kafka/client/reading-to-end.ts';
import { kafkaSettings } from '../kafka/client/settings.ts';
import { topicEnds } from '../kafka/client/topic-offsets.ts';
import type { Records } from '../kafka/client/topic-reader.ts';
import { type Cluster, connectCluster } from '../kafka/kafka-copy.ts';
import { cloudEventHeaders } from '../kafka/records/cloud-event.ts';
import { type DeadLetter, decodeDeadLetter, placeOf, retriedIn, retriedMessage } from '../kafka/records/dead-letter.ts';
import { factIn } from '../kafka/records/fact-records.ts';
import { WIRE_PREFIX_BYTES } from '../kafka/topics/registry.ts';

/** The letters not yet sent again; `brokers` as `--kafka` gives them. */
export async function readDeadLetters(brokers: string, patience: Patience): Promise<DeadLetter[]> {
  return lettersOf(await connectCluster(kafkaSettings(brokers), patience));
}

/** Sends the records again that are valid facts now, and counts the others. */
export async function resendDeadLetters(
  brokers: string,
  patience: Patience,
): Promise<{ readonly retried: number; readonly still: number }> {
  const cluster = await connectCluster(kafkaSettings(brokers), patience);
  const { prefix } = cluster.settings;
  const letters = await lettersOf(cluster);
  const producer = new IdempotentProducer(cluster.kafka);
  let retried = 0;
  try {
    for (const letter of letters) {
      const message = messageOf(letter, cluster);
      if (message === undefined) continue;
      await producer.send({ topic: prefix + letter.topic, messages: [message] });
      // In this order, because a letter sent twice is one fact, but a letter only marked as sent again would be lost.
      await producer.send({ topic: `${prefix}dead-letters.v1`, messages: [retriedMessage(letter)] });
      retried++;
    }
  } finally {
    await producer.close();
  }
  return { retried, still: letters.length - retried };
}

/** The letters not yet sent again, by partition, each partition in the order in which they were set aside. */
async function lettersOf(cluster: Cluster): Promise<DeadLetter[]> {
  const { letters } = await new DeadLetterReader(cluster, Number.POSITIVE_INFINITY, (letter) => letter).read();
  return [...letters].sort((left, right) => left.partition - right.partition);
}

/** Reads the letters that are not yet sent again, each time only those that came since, and keeps the latest. */
export class DeadLetterReader<Kept> {
  private readonly cluster: Pick<Cluster, 'kafka' | 'settings'>;
  private readonly most: number;
  private readonly keep: (letter: DeadLetter) => Kept;
  private readonly letters = new Map<string, Kept>();
  /** By `topic/partition`, the offset to read from. */
  private next = new Map<string, bigint>();
  private isCut = false;
  private reading: Promise<void> | undefined;

  /** `most`: how many are kept. `keep` says what of each. */
  constructor(cluster: Pick<Cluster, 'kafka' | 'settings'>, most: number, keep: (letter: DeadLetter) => Kept) {
    this.cluster = cluster;
    this.most = most;
    this.keep = keep;
  }

  /** In the order in which they were set aside; `isCut` where there were earlier ones. */
  async read(): Promise<{ readonly letters: readonly Kept[]; readonly isCut: boolean }> {
    this.reading ??= this.readOn().finally(() => {
      this.reading = undefined;
    });
    await this.reading;
    return { letters: [...this.letters.values()], isCut: this.isCut };
  }

  private async readOn(): Promise<void> {
    const { kafka, settings } = this.cluster;
    const { prefix } = settings;
    const { begins, ends } = await topicEnds(kafka, [`${prefix}dead-letters.v1`]);
    const places = begins.map((place) => {
      const next = this.next.get(`${place.topic}/${place.partition}`) ?? 0n;
      return next > place.offset ? { ...place, offset: next } : place;
    });
    const onRecords = ({ topic, partition, next, records }: Records) => {
      for (const message of records.messages) this.take(message);
      this.next.set(`${topic}/${partition}`, next);
    };
    await readTo({ ...{ kafka, prefix, places, waitMillis: 20 }, onRecords }, ends);
  }

  private take(message: KafkaMessage): void {
    const retried = retriedIn(message);
    if (retried !== undefined) this.letters.delete(retried);
    if (message.value === null) return;
    const letter = decodeDeadLetter(message.value.subarray(WIRE_PREFIX_BYTES));
    this.letters.set(placeOf(letter), this.keep(letter));
    if (this.letters.size <= this.most) return;
    this.letters.delete(this.letters.keys().next().value!);
    this.isCut = true;
  }
}

/** The corrected record, if its value is a fact by the schemas known now. */
function messageOf({ topic, value, valueSize }: DeadLetter, { schemas, partitions }: Cluster): Message | undefined {
  if (value === null || value.length !== valueSize) return undefined;
  const fact = factIn(topic, value, schemas);
  if ('reason' in fact || fact.transaction_reference === '') return undefined;
  const { transaction_reference: key, id, provider } = fact;
  const event = { id, source: `/hesabu/producers/${provider}`, type: `hesabu.${topic}` };
  return { key, value, headers: cloudEventHeaders(event), partition: partitionOf(key, partitions) };
}
