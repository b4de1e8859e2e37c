// The log of a ledger on Kafka, with its copy in a data directory. Kafka's client is loaded only for a command that was
// given a cluster: it is a third of the modules of a command that needs none.

import type { Patience } from '../kafka/client/outages.ts';
import type { CopyOptions } from '../kafka/kafka-copy.ts';
import type { KafkaLog } from '../kafka/kafka-log.ts';

/** The cluster that a command was given. */
export interface ClusterOptions {
  readonly brokers: string;
  readonly patience: Patience;
}

/** Opens the log of a cluster, with its copy in the data directory `dir`. */
export type OpenClusterLog = (dir: string, options?: CopyOptions) => Promise<KafkaLog>;

/**
 * Connects to the cluster, and returns how its log is opened. Throws HESABU_KAFKA_UNREACHABLE,
 * HESABU_REGISTRY_UNREACHABLE, HESABU_TOPICS_WRONG and HESABU_SCHEMA_MISSING.
 */
export async function connectClusterLog({ brokers, patience }: ClusterOptions): Promise<OpenClusterLog> {
  const { kafkaSettings } = await import('../kafka/client/settings.ts');
  const { connectCluster, openKafkaLog } = await import('../kafka/kafka-copy.ts');
  const cluster = await connectCluster(kafkaSettings(brokers), patience);
  return (dir, options) => openKafkaLog(cluster, dir, options);
}
