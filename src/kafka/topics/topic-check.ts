// Checks the setup of a ledger's topics and schemas: each fault comes with the command to fix it.

import { shellWord } from '../../runtime/shell-word.ts';
import { withAdmin } from '../client/admin.ts';
import { type Admin, ConfigResourceTypes, type Kafka } from '../client/kafkajs.ts';
import type { KafkaSettings } from '../client/settings.ts';
import { subjectFaults, type TopicFault } from './schema-check.ts';
import { existingPlans, firstShape, inSyncMin, type PlannedShape, topicShapes } from './topic-admin.ts';
import type { TopicPlan } from './topic-plans.ts';

/** The faults; empty if everything is correct. Throws HESABU_KAFKA_UNREACHABLE. */
export async function checkTopics(kafka: Kafka, settings: KafkaSettings): Promise<TopicFault[]> {
  const { prefix, brokers } = settings;
  const [create, faults] = await withAdmin(kafka, async (admin) => {
    const { present, missing } = await existingPlans(admin, prefix);
    const shapes = await topicShapes(admin, present, prefix);
    const line = createLine(settings, firstShape(shapes) ?? { partitions: 8, replication: await replicationOf(admin) });
    return [
      line,
      [
        ...missing.map(({ topic }) => missingFault(prefix + topic, line)),
        ...shapeFaults(shapes, brokers),
        ...(await configFaults(admin, shapes, brokers)),
      ],
    ] as const;
  });
  return [...faults, ...(await subjectFaults(settings, create))];
}

/** With both numbers: the defaults may differ from this ledger's. */
function createLine(
  { brokers }: KafkaSettings,
  { partitions, replication }: { partitions: number; replication: number },
) {
  const cluster = shellWord(brokers.join(','));
  return `hesabu topics --create --partitions ${partitions} --replication ${replication} --kafka ${cluster}`;
}

/** For a new ledger: three replicas, if there are as many brokers. */
async function replicationOf(admin: Admin): Promise<number> {
  return Math.min(3, (await admin.describeCluster()).brokers.length);
}

function missingFault(topic: string, remedy: string): TopicFault {
  return { topic, what: 'the topic', expected: 'to exist', found: 'no such topic', remedy };
}

function shapeFaults(shapes: readonly PlannedShape[], brokers: readonly string[]): TopicFault[] {
  const first = firstShape(shapes);
  if (first === undefined) return [];
  return shapes.flatMap(({ plan, name: topic, partitions, replicationMin }) => {
    const faults: TopicFault[] = [];
    const wanted = plan.isSingle ? 1 : first.partitions;
    const found = `${partitions}`;
    if (partitions !== wanted) faults.push({ topic, what: 'partitions', expected: `${wanted}`, found, remedy: null });
    if (replicationMin !== first.replication) {
      const remedy =
        `kafka-reassign-partitions.sh --bootstrap-server ${brokers[0]} --execute --reassignment-json-file FILE` +
        `, with ${first.replication} replicas for every partition of ${topic}`;
      const counts = { expected: `${first.replication}`, found: `${replicationMin}` };
      faults.push({ topic, what: 'replication', ...counts, remedy });
    }
    return faults;
  });
}

async function configFaults(
  admin: Admin,
  shapes: readonly PlannedShape[],
  brokers: readonly string[],
): Promise<TopicFault[]> {
  if (shapes.length === 0) return [];
  const described = await admin.describeConfigs({
    resources: shapes.map(({ plan, name, replication }) => ({
      ...{ type: ConfigResourceTypes.TOPIC, name },
      configNames: Object.keys(wantedConfig(plan, replication)),
    })),
    includeSynonyms: false,
  });
  const found = new Map(
    described.resources.map(({ resourceName, configEntries }) => [
      resourceName,
      new Map(configEntries.map(({ configName, configValue }) => [configName, configValue])),
    ]),
  );
  return shapes.flatMap(({ plan, name, replication }) =>
    Object.entries(wantedConfig(plan, replication)).flatMap(([what, expected]) => {
      const value = found.get(name)?.get(what) ?? '';
      if (isEnough(what, value, expected)) return [];
      const change = `--entity-type topics --entity-name ${name} --alter --add-config ${what}=${expected}`;
      const remedy = `kafka-configs.sh --bootstrap-server ${brokers[0]} ${change}`;
      return [{ topic: name, what, expected, found: value, remedy }];
    }),
  );
}

function wantedConfig({ config }: TopicPlan, replication: number): Readonly<Record<string, string>> {
  return { ...config, 'min.insync.replicas': String(inSyncMin(replication)) };
}

/** More is no fault: recon topics may be kept for ever too. */
function isEnough(what: string, value: string, expected: string): boolean {
  if (value === expected) return true;
  if (what === 'retention.ms') return value === '-1' || (expected !== '-1' && Number(value) >= Number(expected));
  return ['max.message.bytes', 'min.insync.replicas'].includes(what) && Number(value) >= Number(expected);
}
