// A data directory that is a copy of a ledger on Kafka: it can be used like any other data directory, except to write.

import { HesabuError } from '../domain/errors.ts';
import { type Block, decodeBlock } from '../ledger/block-codec.ts';
import { ZERO_DIGEST } from '../ledger/digest.ts';
import { EmbeddedLog } from '../log/embedded.ts';
import { clusterId } from './client/admin.ts';
import type { Kafka } from './client/kafkajs.ts';
import { type Patience, withPatience } from './client/outages.ts';
import { type KafkaSettings, kafkaSettings, makeKafka, type OnClientLog } from './client/settings.ts';
import { KafkaLog } from './kafka-log.ts';
import type { BlockForm } from './records/block-records.ts';
import { readSchemaIds, type SchemaIds } from './topics/registry.ts';
import { ledgerPartitions } from './topics/topic-admin.ts';

export const BLOCKS: BlockForm<Block> = { decode: decodeBlock, first: ZERO_DIGEST };

export interface Cluster {
  readonly settings: KafkaSettings;
  readonly kafka: Kafka;
  readonly partitions: number;
  readonly schemas: SchemaIds;
  readonly patience: Patience;
}

/**
 * The cluster of a ledger, checked to be reachable and set up. One that is away is waited for. Throws
 * HESABU_KAFKA_UNREACHABLE, HESABU_REGISTRY_UNREACHABLE, HESABU_TOPICS_WRONG and HESABU_SCHEMA_MISSING.
 */
export async function connectCluster(
  settings: KafkaSettings,
  patience: Patience,
  onLog?: OnClientLog,
): Promise<Cluster> {
  const kafka = makeKafka(settings, onLog);
  return withPatience(patience, async () => {
    const partitions = await ledgerPartitions(kafka, settings);
    return { settings, kafka, partitions, schemas: await readSchemaIds(settings), patience };
  });
}

export interface CopyOptions {
  readonly checkpointBytes?: number | undefined;
  readonly onFault?: (error: Error) => void;
  /** Whether an append waits for a cluster that is away; otherwise it is refused. */
  readonly isPatient?: boolean;
}

/** The log of a cluster, with its copy in a data directory; the copy is up to date when this resolves. */
export function openKafkaLog(cluster: Cluster, dir: string, options: CopyOptions = {}): Promise<KafkaLog> {
  return withPatience(cluster.patience, () => openOnce(cluster, dir, options));
}

async function openOnce(
  { settings, kafka, partitions, schemas, patience: { tell } }: Cluster,
  dir: string,
  { checkpointBytes, ...told }: CopyOptions,
): Promise<KafkaLog> {
  const { prefix } = settings;
  const copyOf = { cluster: await clusterId(kafka), prefix };
  const bytes = checkpointBytes === undefined ? {} : { checkpointBytes };
  const copy = new EmbeddedLog(dir, { partitions, copyOf, ...bytes });
  if (copy.partitions !== partitions) {
    await copy.close();
    const found = `${copy.partitions} in ${dir}`;
    throw new HesabuError('HESABU_PARTITIONS_CHANGED', { where: dir, expected: `${partitions}`, found });
  }
  return KafkaLog.open({ kafka, prefix, schemas, copy, blocks: BLOCKS, tell, ...told });
}

/** Brings a data directory up to date with a cluster, and closes it again. */
export async function copyLedger(brokers: string, dir: string, patience: Patience): Promise<void> {
  const log = await openKafkaLog(await connectCluster(kafkaSettings(brokers), patience), dir);
  await log.close();
}
