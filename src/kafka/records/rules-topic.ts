// rules.v1 on Kafka: every set of rules ever used; the last one is in force.

import { HesabuError } from '../../domain/errors.ts';
import { withAdmin } from '../client/admin.ts';
import { IdempotentProducer } from '../client/idempotent-producer.ts';
import type { IHeaders, Kafka } from '../client/kafkajs.ts';
import { readTo } from '../client/reading-to-end.ts';
import { type Identity, identityHeaders } from './ledger-identity.ts';

export interface RulesCluster extends Identity {
  readonly kafka: Kafka;
  readonly prefix: string;
}

export interface RulesRecord {
  readonly text: string;
  readonly headers: IHeaders | undefined;
}

/** The records of the topic from an offset on, oldest first, and the end of the topic. */
export async function readRulesTopic(
  { kafka, prefix }: RulesCluster,
  from: bigint,
): Promise<{ records: RulesRecord[]; end: bigint }> {
  const topic = `${prefix}rules.v1`;
  const [place] = await withAdmin(kafka, (admin) => admin.fetchTopicOffsets(topic));
  if (place === undefined) throw new HesabuError('HESABU_TOPICS_WRONG', { where: topic, expected: 'one partition' });
  const end = BigInt(place.high);
  const records: RulesRecord[] = [];
  await readTo(
    {
      ...{ kafka, prefix, places: [{ topic, partition: 0, offset: from }], waitMillis: 20 },
      onRecords: ({ records: found }) => {
        for (const { value, headers } of found.messages) {
          if (value !== null) records.push({ text: value.toString(), headers });
        }
      },
    },
    new Map([[`${topic}/0`, end]]),
  );
  return { records, end };
}

export async function appendRules(cluster: RulesCluster, text: string): Promise<void> {
  const { kafka, prefix } = cluster;
  const producer = new IdempotentProducer(kafka);
  try {
    await producer.send({
      topic: `${prefix}rules.v1`,
      messages: [{ partition: 0, value: text, headers: identityHeaders(cluster) }],
    });
  } finally {
    await producer.close();
  }
}
