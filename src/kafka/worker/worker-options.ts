// The dependencies and settings of a worker.

import type { Logger } from 'pino';
import type { HesabuError } from '../../domain/errors.ts';
import type { Instant } from '../../domain/time.ts';
import type { Meter } from '../../runtime/meter.ts';
import type { Kafka } from '../client/kafkajs.ts';
import type { KafkaSettings } from '../client/settings.ts';
import type { SchemaIds } from '../topics/registry.ts';
import type { EpochsConsumer } from './epochs-consumer.ts';
import type { RulesConsumer } from './rules-consumer.ts';
import type { SnapshotWriter } from './snapshot-writer.ts';

export interface WorkerOptions {
  readonly kafka: Kafka;
  readonly settings: Pick<KafkaSettings, 'registry' | 'prefix'>;
  readonly prefix: string;
  readonly partitions: number;
  readonly schemas: SchemaIds;
  readonly rules: RulesConsumer;
  readonly epochs: EpochsConsumer;
  readonly snapshots: SnapshotWriter;
  readonly now: () => Instant;
  /** Deadlines pass so long after their time: what other tasks tell may be on its way. */
  readonly settlingMillis: number;
  readonly logger: Logger;
  readonly meter: Meter;
  /** Called once when the worker cannot continue: a person must inspect the topics. */
  readonly onHalt: (error: HesabuError) => void;
  /** After this long without a heartbeat other workers get its partitions. */
  readonly sessionMillis?: number;
}
