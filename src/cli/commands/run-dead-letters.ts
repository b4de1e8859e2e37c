// `hesabu dead-letters`: the records of fact topics that were no facts; and another try for them, once what was wrong
// was mended: a schema that is known now, a key that is taken from the fact itself.

import { type Message, Partitioners } from 'kafkajs';
import { partitionOf } from '../../domain/partition.ts';
import type { Language } from '../../domain/reason-words.ts';
import { formatInstant } from '../../domain/time.ts';
import { type DeadLetter, decodeDeadLetter } from '../../log/kafka/dead-letter.ts';
import { topicEnds } from '../../log/kafka/ends.ts';
import { checkedFact } from '../../log/kafka/fact-check.ts';
import { readTo } from '../../log/kafka/reader.ts';
import { WIRE_PREFIX_BYTES } from '../../log/kafka/registry.ts';
import { kafkaSettings } from '../../log/kafka/settings.ts';
import { type Cluster, connectCluster } from '../engine/kafka-copy.ts';
import { grouped, printable, tableText } from '../output/table.ts';

export interface DeadLettersOptions {
  readonly kafka: string;
  readonly format: 'text' | 'json';
  readonly lang: Language;
}

const WORDS = {
  en: {
    columns: ['Record', 'Written', 'Reason', 'What was found', 'Key', 'Bytes'],
    none: 'There are no dead letters.',
    retried: (count: number, still: number) => `Sent again: ${count}. Still no facts: ${still}.`,
  },
  'zh-CN': {
    columns: ['记录', '写入时间', '原因', '发现', '键', '字节'],
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

/** Exit 0; what is still no fact stays where it is. */
export async function retryDeadLetters({ kafka, format, lang }: DeadLettersOptions): Promise<number> {
  const cluster = await connectCluster(kafkaSettings(kafka));
  const letters = await readDeadLetters(cluster);
  const mended = letters.flatMap((letter) => {
    const message = messageOf(letter, cluster);
    return message === undefined ? [] : [{ topic: letter.topic, message }];
  });
  const producer = cluster.kafka.producer({ idempotent: true, createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  try {
    for (const { topic, message } of mended) {
      await producer.send({ topic: cluster.settings.prefix + topic, messages: [message] });
    }
  } finally {
    await producer.disconnect();
  }
  const [retried, still] = [mended.length, letters.length - mended.length];
  const text = format === 'json' ? JSON.stringify({ retried, still }) : WORDS[lang].retried(retried, still);
  process.stdout.write(`${text}\n`);
  return 0;
}

/** In the order of the partitions, each in the order in which they were put aside. */
async function readDeadLetters({ kafka, settings: { prefix } }: Cluster): Promise<DeadLetter[]> {
  const topic = `${prefix}dead-letters.v1`;
  const { begins, ends } = await topicEnds(kafka, [topic]);
  const letters: DeadLetter[] = [];
  await readTo(
    {
      ...{ kafka, prefix, places: begins, waitMillis: 20 },
      onRecords: ({ messages }) => {
        for (const { value } of messages) {
          if (value !== null) letters.push(decodeDeadLetter(value.subarray(WIRE_PREFIX_BYTES)));
        }
      },
    },
    ends,
  );
  return letters.sort((left, right) => left.partition - right.partition);
}

/** The record as it should have been, where its value is a fact by what is known now. */
function messageOf({ topic, value, valueSize }: DeadLetter, { schemas, partitions }: Cluster): Message | undefined {
  if (value === null || value.length !== valueSize || value.length < WIRE_PREFIX_BYTES || value[0] !== 0)
    return undefined;
  if (!schemas.isFact(value.readUInt32BE(1))) return undefined;
  const fact = checkedFact(value, WIRE_PREFIX_BYTES, value.length);
  if (typeof fact === 'string') return undefined;
  const { transaction_reference: key, id, provider } = fact;
  const headers = {
    ce_specversion: '1.0',
    ce_id: id,
    ce_source: `/hesabu/producers/${provider}`,
    ce_type: `hesabu.${topic}`,
  };
  return { key, value, headers, partition: partitionOf(key, partitions) };
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
