// What a worker tells of its topics: an end that lags behind is no damage, and an end that is gone is.

import { expect, test } from 'vitest';
import type { Kafka } from '../../../src/kafka/client/kafkajs.ts';
import { TOPIC_PLANS } from '../../../src/kafka/topics/topic-plans.ts';
import { type ReadPosition, TopicMonitor } from '../../../src/kafka/worker/topic-monitor.ts';
import { clusterWith } from '../given-cluster.ts';

/** A cluster whose topics, of one partition each, end there for readers of committed records, and as they are. */
function cluster(committed: number, ...asTheyAre: readonly number[]): Kafka {
  const looks = [...asTheyAre];
  const topics = TOPIC_PLANS.map(({ topic: name }) => ({ name, partitions: [{ replicas: [1], leader: 1 }] }));
  const admin = {
    connect: async () => {},
    disconnect: async () => {},
    listTopics: async () => topics.map(({ name }) => name),
    fetchTopicMetadata: async () => ({ topics }),
    fetchTopicOffsets: async () => [{ partition: 0, low: '0', high: String(committed), offset: String(committed) }],
    fetchTopicOffsetsByTimestamp: async () => [{ partition: 0, offset: String(looks.shift()) }],
  };
  return clusterWith(admin);
}

const check = (kafka: Kafka, position: ReadPosition) =>
  new TopicMonitor({ kafka, prefix: '', partitions: 1 }).check([position]);

const BLOCK: ReadPosition = { topic: 'ledger.v1', partition: 0, offset: 0n, known: 9n };
const FACTS: ReadPosition = { topic: 'orders.v1', partition: 0, offset: 4n, known: 9n };

test('a block is not gone while the end of its transaction is still to be written', async () => {
  expect(await check(cluster(8, 9), BLOCK)).toEqual(new Map());
  expect(await check(cluster(8, 10), FACTS)).toEqual(new Map([['orders.v1', 4n]]));
});

test('a new leader that learns its end between two looks has lost nothing', async () => {
  expect(await check(cluster(8, 8, 9), BLOCK)).toEqual(new Map());
});

test('what two looks do not find is gone (F23 partly)', async () => {
  await expect(check(cluster(8, 8, 8), BLOCK)).rejects.toMatchObject({
    code: 'HESABU_LEDGER_GONE',
    detail: { where: 'ledger.v1/0', expected: 'at least offset 9', found: '8' },
  });
  await expect(check(cluster(3, 3, 3), FACTS)).rejects.toMatchObject({ code: 'HESABU_TOPIC_REPLACED' });
});
