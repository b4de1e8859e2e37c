// The one door to kafkajs: what the rest of the room needs of it, by name.

import kafkajs from 'kafkajs';

export type {
  Admin,
  Consumer,
  EachBatchPayload,
  IHeaders,
  Kafka,
  KafkaMessage,
  Message,
  PartitionAssigner,
  Producer,
  Transaction,
} from 'kafkajs';

export const { AssignerProtocol, ConfigResourceTypes, Partitioners } = kafkajs;
