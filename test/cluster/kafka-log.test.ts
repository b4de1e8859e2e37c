// The log on Kafka fulfils the contract of every log.

import { makeKafka } from '../../src/kafka/client/settings.ts';
import { BLOCKS } from '../../src/kafka/kafka-copy.ts';
import { KafkaLog } from '../../src/kafka/kafka-log.ts';
import { addUnchanged } from '../../src/kafka/topic-replicator.ts';
import { registerSchemas } from '../../src/kafka/topics/registry.ts';
import { createTopics } from '../../src/kafka/topics/topic-admin.ts';
import { MemoryLog } from '../../src/log/memory.ts';
import { eventLogContract } from '../contract/event-log.ts';
import { ownSettings } from './harness/cluster.ts';

eventLogContract(
  'kafka log',
  async (partitions) => {
    const settings = ownSettings();
    const kafka = makeKafka(settings);
    await createTopics(kafka, settings, { partitions, replication: 1 });
    const schemas = await registerSchemas(settings);
    const copy = new MemoryLog(partitions);
    return KafkaLog.open({
      kafka,
      prefix: settings.prefix,
      schemas,
      copy,
      blocks: BLOCKS,
      addValue: addUnchanged(schemas),
    });
  },
  'imports.v1',
);
