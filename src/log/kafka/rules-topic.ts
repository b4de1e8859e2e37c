// rules.v1 on Kafka: every set of rules that was ever in force, the last of them in force now.

import { type Kafka, Partitioners } from 'kafkajs';
import { HesabuError } from '../../domain/errors.ts';
import { readTo } from './reader.ts';
import { withAdmin } from './topic-admin.ts';

/** What the topic holds, as texts, the oldest first. */
export async function readRulesTopic(
  kafka: Kafka,
  prefix: string,
  from: bigint,
): Promise<{ texts: string[]; end: bigint }> {
  const topic = `${prefix}rules.v1`;
  const [place] = await withAdmin(kafka, (admin) => admin.fetchTopicOffsets(topic));
  if (place === undefined) throw new HesabuError('HESABU_TOPICS_WRONG', { where: topic, expected: 'one partition' });
  const end = BigInt(place.high);
  const texts: string[] = [];
  await readTo(
    {
      ...{ kafka, prefix, places: [{ topic, partition: 0, offset: from }], waitMillis: 20 },
      onRecords: ({ messages }) => {
        for (const { value } of messages) if (value !== null) texts.push(value.toString());
      },
    },
    new Map([[`${topic}/0`, end]]),
  );
  return { texts, end };
}

export async function appendRules(kafka: Kafka, prefix: string, text: string): Promise<void> {
  const producer = kafka.producer({ idempotent: true, createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  try {
    await producer.send({ topic: `${prefix}rules.v1`, messages: [{ partition: 0, value: text }] });
  } finally {
    await producer.disconnect();
  }
}
