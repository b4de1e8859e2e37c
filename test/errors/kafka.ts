// Errors of a Kafka cluster, of its topics and its schema registry, and of records that are no facts. No broker is
// needed: the cluster answers what a test puts into it, or is a port at which nobody listens.

import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import type { ErrorCode } from '../../src/domain/error-codes.ts';
import { HesabuError } from '../../src/domain/errors.ts';
import type { Fact } from '../../src/domain/fact.ts';
import { partitionOf } from '../../src/domain/partition.ts';
import { withAdmin } from '../../src/kafka/client/admin.ts';
import { clusterFault } from '../../src/kafka/client/cluster-errors.ts';
import type { Kafka } from '../../src/kafka/client/kafkajs.ts';
import { installPatches } from '../../src/kafka/client/patches.ts';
import { kafkaSettings, makeKafka } from '../../src/kafka/client/settings.ts';
import { FactReader } from '../../src/kafka/records/fact-records.ts';
import { checkSubjects, readSchemaIds, registerSchemas, SchemaIds } from '../../src/kafka/topics/registry.ts';
import { createTopics } from '../../src/kafka/topics/topic-admin.ts';
import { TOPIC_PLANS } from '../../src/kafka/topics/topic-plans.ts';
import { type ReadPosition, TopicMonitor } from '../../src/kafka/worker/topic-monitor.ts';
import { BatchBuilder } from '../../src/log/value-frames.ts';
import { clusterWith } from '../kafka/given-cluster.ts';
import { recordSetOf } from '../kafka/given-records.ts';
import { order } from '../service/ledger/given-live-ledger.ts';
import { command, type Provocation, type Provocations } from './provocation.ts';

interface Protocol {
  createErrorFromCode(code: number): Error;
}
/** The client's own errors, by the codes that brokers answer (kafka.apache.org/protocol, "Error Codes"). */
const { createErrorFromCode } = createRequire(import.meta.url)('kafkajs/src/protocol/error.js') as Protocol;
const GROUP_AUTHORIZATION_FAILED = 30;
const INVALID_REPLICATION_FACTOR = 38;

export const KAFKA: Provocations<Extract<ErrorCode, `HESABU_KAFKA_${string}`>> = {
  HESABU_KAFKA_SETTINGS: (dir) => command(dir, 'topics', '--check', '--kafka', 'localhost'),
  HESABU_KAFKA_CLIENT: () => installPatches('2.2.5'),
  HESABU_KAFKA_UNREACHABLE: () => {
    const kafka = makeKafka(kafkaSettings('127.0.0.1:1', {}));
    return withAdmin(kafka, (admin) => admin.listTopics());
  },
  HESABU_KAFKA_DENIED: () => {
    throw clusterFault(createErrorFromCode(GROUP_AUTHORIZATION_FAILED));
  },
};

const FACTS = TOPIC_PLANS.filter(({ schema }) => schema?.name === 'fact').map(({ topic }) => topic);
const IDS = new SchemaIds(new Map(TOPIC_PLANS.map(({ topic }, at) => [topic, FACTS.includes(topic) ? 1 : at + 2])));

interface RegistryAnswer {
  readonly status: number;
  readonly body: object;
}

/** Asks a registry that answers everything with this. */
async function withRegistry(
  { status, body }: RegistryAnswer,
  ask: (settings: ReturnType<typeof kafkaSettings>) => Promise<unknown>,
): Promise<unknown> {
  const server = createServer((_request, response) => {
    response.writeHead(status, { 'content-type': 'application/vnd.schemaregistry.v1+json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    return await ask(kafkaSettings('127.0.0.1:1', { HESABU_REGISTRY_URL: `http://127.0.0.1:${port}` }));
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

export const REGISTRY: Provocations<Extract<ErrorCode, `HESABU_${'REGISTRY' | 'SCHEMA'}_${string}`>> = {
  HESABU_REGISTRY_UNREACHABLE: () =>
    readSchemaIds(kafkaSettings('127.0.0.1:1', { HESABU_REGISTRY_URL: 'http://127.0.0.1:2' })),
  HESABU_SCHEMA_MISSING: () =>
    withRegistry({ status: 404, body: { error_code: 40401, message: 'Subject not found.' } }, readSchemaIds),
  HESABU_SCHEMA_REFUSED: () => {
    const message = 'Schema being registered is incompatible with an earlier schema';
    return withRegistry({ status: 409, body: { error_code: 409, message } }, (settings) => registerSchemas(settings));
  },
  HESABU_SCHEMA_CHANGED: () => {
    const latest = { subject: 'orders.v1-value', version: 2, id: 12, schema: '"string"' };
    return withRegistry({ status: 200, body: latest }, (settings) => checkSubjects(settings, IDS));
  },
};

interface Told {
  /** How many partitions callbacks.v1 has; the others have eight. */
  readonly callbacks?: number;
  /** Where every partition begins and ends. */
  readonly low?: number;
  readonly high?: number;
  readonly topics?: readonly string[];
}

/** A cluster with the topics of a ledger in eight partitions, except as given. */
function cluster({
  callbacks = 8,
  low = 0,
  high = 1_000,
  topics = TOPIC_PLANS.map(({ topic }) => topic),
}: Told): Kafka {
  const partitionsOf = (name: string) => {
    const { isSingle } = TOPIC_PLANS.find(({ topic }) => topic === name)!;
    return isSingle ? 1 : name === 'callbacks.v1' ? callbacks : 8;
  };
  const admin = {
    connect: async () => {},
    disconnect: async () => {},
    listTopics: async () => topics,
    fetchTopicMetadata: async () => ({
      topics: topics.map((name) => {
        return {
          name,
          partitions: Array.from({ length: partitionsOf(name) }, () => ({ replicas: [1, 2, 3], leader: 1 })),
        };
      }),
    }),
    fetchTopicOffsets: async (name: string) =>
      Array.from({ length: partitionsOf(name) }, (_, partition) => {
        return { partition, low: String(low), high: String(high), offset: String(high) };
      }),
    fetchTopicOffsetsByTimestamp: async (name: string) =>
      Array.from({ length: partitionsOf(name) }, (_, partition) => ({ partition, offset: String(high) })),
    createTopics: async () => {
      const fault = Object.assign(createErrorFromCode(INVALID_REPLICATION_FACTOR), { topic: 'orders.v1' });
      throw Object.assign(new Error('Topic creation errors'), { errors: [fault] });
    },
  };
  return clusterWith(admin);
}

/** A worker of a ledger in eight partitions looks at a cluster again. */
const watch =
  (told: Told, ...positions: readonly ReadPosition[]): Provocation =>
  () =>
    new TopicMonitor({ kafka: cluster(told), prefix: '', partitions: 8 }).check(positions);

type TopicCode = Extract<ErrorCode, `HESABU_TOPIC${string}`> | 'HESABU_LEDGER_GONE' | 'HESABU_PARTITIONS_CHANGED';

export const TOPICS: Provocations<TopicCode> = {
  HESABU_TOPICS_WRONG: watch({ callbacks: 6 }),
  HESABU_TOPICS_REFUSED: () => createTopics(cluster({ topics: [] }), { prefix: '' }),
  HESABU_TOPIC_TRUNCATED: watch({ low: 1_200 }, { topic: 'orders.v1', partition: 3, offset: 812n, known: 812n }),
  HESABU_TOPIC_REPLACED: watch({ high: 4 }, { topic: 'orders.v1', partition: 3, offset: 0n, known: 812n }),
  HESABU_LEDGER_GONE: watch({ high: 0 }, { topic: 'ledger.v1', partition: 3, offset: 0n, known: 812n }),
  HESABU_PARTITIONS_CHANGED: () => new TopicMonitor({ kafka: cluster({}), prefix: '', partitions: 6 }).check([]),
};

interface Written {
  readonly fact?: Fact;
  readonly key?: string;
  readonly value?: Buffer | null;
}

/** A record of orders.v1 that is put aside. Its dead letter has the reason and what was found, which make the line. */
const record =
  (
    { fact = order('A-1'), key = fact.transaction_reference, value = bytesOf(fact) }: Written,
    partition = HOME,
  ): Provocation =>
  () => {
    const lines: string[] = [];
    const reader = new FactReader({
      ...{ topic: 'orders.v1', schemas: IDS, partition, partitions: 8 },
      onFault: ({ reason, detail }) => {
        lines.push(new HesabuError(reason, { where: `orders.v1/${partition} at 812`, found: detail }).message);
      },
    });
    const found = recordSetOf([{ offset: '812', key: Buffer.from(key), value }]).cursor();
    if (found.next()) reader.add(new BatchBuilder(64), 812, found);
    return lines[0];
  };

const HOME = partitionOf('A-1', 8);

function bytesOf(fact: Fact): Buffer {
  const builder = new BatchBuilder();
  builder.addFact(fact);
  // Before each value of a batch stands its size, before that of a record its schema.
  return Buffer.concat([IDS.prefix('orders.v1'), builder.take().payload.subarray(4)]);
}

const placed = order('A-1') as Fact & { readonly body: { readonly amount: string } };

export const RECORDS: Provocations<Extract<ErrorCode, `HESABU_RECORD_${string}`>> = {
  HESABU_RECORD_EMPTY: record({ value: null }),
  HESABU_RECORD_TOO_LARGE: record({ value: Buffer.alloc(100_000) }),
  HESABU_RECORD_SCHEMA: record({ value: Buffer.from([0, 0, 0, 0, 77, 1, 2, 3]) }),
  HESABU_RECORD_INVALID: record({ fact: { ...placed, body: { ...placed.body, amount: '12,5' } } as Fact }),
  HESABU_RECORD_KEY: record({}, (HOME + 1) % 8),
};
