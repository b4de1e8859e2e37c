// The only import of kafkajs's names: everything that the rest of the room needs.

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
