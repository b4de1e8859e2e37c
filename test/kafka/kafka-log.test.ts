// The log on Kafka keeps the contract of every log.

import { BLOCKS } from '../../src/cli/engine/kafka-copy.ts';
import { addAsTheyAre } from '../../src/log/kafka/copying.ts';
import { KafkaLog } from '../../src/log/kafka/kafka-log.ts';
import { registerSchemas } from '../../src/log/kafka/registry.ts';
import { makeKafka } from '../../src/log/kafka/settings.ts';
import { createTopics } from '../../src/log/kafka/topic-admin.ts';
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
      addValues: addAsTheyAre(schemas),
    });
  },
  'unresolved.v1',
);
