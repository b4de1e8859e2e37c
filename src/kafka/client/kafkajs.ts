// The only import of kafkajs's names: everything that the rest of the room needs.

import kafkajs from 'kafkajs';

export type {
  Admin,
  Consumer,
  EachBatchPayload,
  IHeaders,
  KafkaMessage,
  Message,
  PartitionAssigner,
  Producer,
  Transaction,
} from 'kafkajs';
// Every client of a cluster is one that knows whether the cluster answers.
export type { WatchedKafka as Kafka } from './watched-kafka.ts';

export const { AssignerProtocol, ConfigResourceTypes, Partitioners } = kafkajs;
