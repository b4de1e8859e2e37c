// `hesabu dead-letters`: lists the records of fact topics that are not facts, and sends them again once the cause is
// removed: the schema is known now, or the key is taken from the fact itself.

import { grouped, printable, tableText } from '../../app/reports/table.ts';
import { partitionOf } from '../../domain/partition.ts';
import type { Language } from '../../domain/reason-words.ts';
import { formatInstant } from '../../domain/time.ts';
import { IdempotentProducer } from '../../kafka/client/idempotent-producer.ts';
import type { Message } from '../../kafka/client/kafkajs.ts';
import { kafkaSettings } from '../../kafka/client/settings.ts';
import { topicEnds } from '../../kafka/client/topic-offsets.ts';
import { readTo } from '../../kafka/client/topic-reader.ts';
import { type Cluster, connectCluster } from '../../kafka/kafka-copy.ts';
import { cloudEventHeaders } from '../../kafka/records/cloud-event.ts';
import {
  type DeadLetter,
  decodeDeadLetter,
  placeOf,
  retriedIn,
  retriedMessage,
} from '../../kafka/records/dead-letter.ts';
import { factIn } from '../../kafka/records/fact-records.ts';
import { WIRE_PREFIX_BYTES } from '../../kafka/topics/registry.ts';

export interface DeadLettersOptions {
  readonly kafka: string;
  readonly format: 'text' | 'json';
  readonly lang: Language;
}

const WORDS = {
  en: {
    columns: ['Record', 'Written', 'Reason', 'Detail', 'Key', 'Bytes'],
    none: 'There are no dead letters.',
    retried: (count: number, still: number) => `Sent again: ${count}. Still not facts: ${still}.`,
  },
  'zh-CN': {
    columns: ['记录', '写入时间', '原因', '详情', '键', '字节'],
    none: '没有死信。',
    retried: (count: number, still: number) => `已重新发送：${count}。仍不是事实：${still}。`,
  },
} satisfies Record<Language, unknown>;

export async function listDeadLetters({ kafka, format, lang }: DeadLettersOptions): Promise<number> {
  const letters = await readDeadLetters(await connectCluster(kafkaSettings(kafka)));
  if (format === 'json') process.stdout.write(`${JSON.stringify({ dead_letters: letters.map(jsonOf) })}\n`);
  else if (letters.length === 0) process.stdout.write(`${WORDS[lang].none}\n`);
  else process.stdout.write(`${lettersText(letters, lang)}\n`);
  return 0;
}

/** Exit 0. A record that is still not a fact stays where it is. A letter that was sent again leaves the list. */
export async function retryDeadLetters({ kafka, format, lang }: DeadLettersOptions): Promise<number> {
  const cluster = await connectCluster(kafkaSettings(kafka));
  const { prefix } = cluster.settings;
  const letters = await readDeadLetters(cluster);
  const sender = new IdempotentProducer(cluster.kafka);
  let retried = 0;
  try {
    for (const letter of letters) {
      const message = messageOf(letter, cluster);
      if (message === undefined) continue;
      await sender.send({ topic: prefix + letter.topic, messages: [message] });
      // In this order, because a letter sent twice is one fact, but a letter only marked as sent again would be lost.
      await sender.send({ topic: `${prefix}dead-letters.v1`, messages: [retriedMessage(letter)] });
      retried++;
    }
  } finally {
    await sender.close();
  }
  const still = letters.length - retried;
  const text = format === 'json' ? JSON.stringify({ retried, still }) : WORDS[lang].retried(retried, still);
  process.stdout.write(`${text}\n`);
  return 0;
}

/** The letters not yet sent again, by partition, each partition in the order in which they were set aside. */
async function readDeadLetters({ kafka, settings: { prefix } }: Cluster): Promise<DeadLetter[]> {
  const topic = `${prefix}dead-letters.v1`;
  const { begins, ends } = await topicEnds(kafka, [topic]);
  const letters = new Map<string, DeadLetter>();
  await readTo(
    {
      ...{ kafka, prefix, places: begins, waitMillis: 20 },
      onRecords: ({ messages }) => {
        for (const message of messages) {
          const retried = retriedIn(message);
          if (retried !== undefined) letters.delete(retried);
          if (message.value === null) continue;
          const letter = decodeDeadLetter(message.value.subarray(WIRE_PREFIX_BYTES));
          letters.set(placeOf(letter), letter);
        }
      },
    },
    ends,
  );
  return [...letters.values()].sort((left, right) => left.partition - right.partition);
}

/** The corrected record, if its value is a fact by the schemas known now. */
function messageOf({ topic, value, valueSize }: DeadLetter, { schemas, partitions }: Cluster): Message | undefined {
  if (value === null || value.length !== valueSize) return undefined;
  const fact = factIn(value, schemas);
  if ('reason' in fact || fact.transaction_reference === '') return undefined;
  const { transaction_reference: key, id, provider } = fact;
  const event = { id, source: `/hesabu/producers/${provider}`, type: `hesabu.${topic}` };
  return { key, value, headers: cloudEventHeaders(event), partition: partitionOf(key, partitions) };
}

function jsonOf({ topic, partition, offset, timestamp, reason, detail, key, value, valueSize }: DeadLetter) {
  const [keyText, bytes] = [key?.toString() ?? null, value?.toString('base64') ?? null];
  const place = { topic, partition, offset: String(offset), written_at: formatInstant(timestamp) };
  return { ...place, reason, detail, key: keyText, value_base64: bytes, value_bytes: valueSize };
}

function lettersText(letters: readonly DeadLetter[], lang: Language): string {
  const rows = letters.map(({ topic, partition, offset, timestamp, reason, detail, key, valueSize }) => [
    `${topic}/${partition} ${offset}`,
    formatInstant(timestamp),
    reason,
    printable(detail),
    printable(key?.toString().slice(0, 40) ?? ''),
    grouped(Math.max(0, valueSize)),
  ]);
  return tableText(
    WORDS[lang].columns.map((title, at) => ({ title, align: at === 5 ? 'right' : 'left' })),
    rows,
  );
}
