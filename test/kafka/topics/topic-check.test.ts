// Cases that need a cluster of several brokers: topics with fewer replicas, or with a lower in-sync minimum.

import { expect, test } from 'vitest';
import type { Kafka } from '../../../src/kafka/client/kafkajs.ts';
import { kafkaSettings } from '../../../src/kafka/client/settings.ts';
import { checkTopics } from '../../../src/kafka/topics/topic-check.ts';
import { TOPIC_PLANS } from '../../../src/kafka/topics/topic-plans.ts';
import { clusterWith } from '../given-cluster.ts';

/** Three brokers with correct topics, except for the given one. */
function givenCluster(topic: string, copies: number, minimum: string): Kafka {
  const replicas = (name: string) => Array.from({ length: name === topic ? copies : 3 }, (_, at) => at);
  const admin = {
    connect: async () => {},
    disconnect: async () => {},
    listTopics: async () => TOPIC_PLANS.map((plan) => plan.topic),
    fetchTopicMetadata: async () => ({
      topics: TOPIC_PLANS.map(({ topic: name, isSingle }) => ({
        name,
        partitions: Array.from({ length: isSingle ? 1 : 4 }, () => ({ replicas: replicas(name) })),
      })),
    }),
    describeConfigs: async () => ({
      resources: TOPIC_PLANS.map(({ topic: resourceName, config }) => {
        const all = { ...config, 'min.insync.replicas': resourceName === topic ? minimum : '2' };
        const configEntries = Object.entries(all).map(([configName, configValue]) => ({ configName, configValue }));
        return { resourceName, configEntries };
      }),
    }),
  };
  return clusterWith(admin);
}

const SETTINGS = kafkaSettings('kafka:9092', { HESABU_REGISTRY_URL: 'http://127.0.0.1:9' });

/** Without the fault of the registry, which does not run. */
async function faultsOf(kafka: Kafka): Promise<string[]> {
  const faults = await checkTopics(kafka, SETTINGS);
  return faults
    .filter(({ what }) => what !== 'the schema registry')
    .map(({ topic, what, expected, found }) => `${topic} ${what} ${expected} ${found}`);
}

test('given topics that agree, when they are checked, then there is no fault', async () => {
  expect(await faultsOf(givenCluster('polls.v1', 3, '3'))).toEqual([]);
});

test('given a topic with an in-sync minimum of one, when it is checked, then the fault has a remedy', async () => {
  const kafka = givenCluster('polls.v1', 3, '1');
  expect(await faultsOf(kafka)).toEqual(['polls.v1 min.insync.replicas 2 1']);
  const [first] = await checkTopics(kafka, SETTINGS);
  expect(first!.remedy).toContain('--entity-name polls.v1 --alter --add-config min.insync.replicas=2');
});

test('given a topic with fewer replicas than the others, when it is checked, then it is a fault', async () => {
  expect(await faultsOf(givenCluster('ledger.v1', 2, '1'))).toEqual(['ledger.v1 replication 3 2']);
});
