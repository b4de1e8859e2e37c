// Makes the topics of a ledger, and describes how they are set up: a worker on wrong topics would read the wrong keys
// or lose data that it should keep.

import { setTimeout as sleep } from 'node:timers/promises';
import { HesabuError } from '../../domain/errors.ts';
import { withAdmin } from '../client/admin.ts';
import type { Admin, Kafka } from '../client/kafkajs.ts';
import type { KafkaSettings } from '../client/settings.ts';
import { TOPIC_PLANS, type TopicPlan } from './topic-plans.ts';

const LEADERS_MILLIS_MAX = 30_000;
const LEADERS_LOOK_MILLIS = 100;

/** The number of partitions of a topic, and of replicas of each. */
export interface TopicShape {
  readonly partitions: number;
  readonly replication: number;
}

/** For a ledger that has no topics yet. */
const FIRST_SHAPE: TopicShape = { partitions: 8, replication: 3 };

/**
 * Makes the missing topics, and returns their names: in the shape of the existing ones, because the topics of a ledger
 * agree, otherwise as requested. Throws HESABU_USAGE if the request differs from the existing topics,
 * HESABU_TOPICS_REFUSED and HESABU_KAFKA_UNREACHABLE.
 */
export async function createTopics(
  kafka: Kafka,
  { prefix }: Pick<KafkaSettings, 'prefix'>,
  wanted: Partial<TopicShape> = {},
): Promise<string[]> {
  return withAdmin(kafka, async (admin) => {
    const { present, missing } = await existingPlans(admin, prefix);
    const found = firstShape(await topicShapes(admin, present, prefix));
    const shape = found === undefined ? { ...FIRST_SHAPE, ...wanted } : requireSame(wanted, found);
    if (missing.length === 0) return [];
    const minimum = { 'min.insync.replicas': String(inSyncMin(shape.replication)) };
    const topics = missing.map(({ topic, isSingle, config }) => ({
      topic: prefix + topic,
      numPartitions: isSingle ? 1 : shape.partitions,
      replicationFactor: shape.replication,
      configEntries: Object.entries({ ...config, ...minimum }).map(([name, value]) => ({ name, value })),
    }));
    await admin.createTopics({ waitForLeaders: false, topics }).catch((error) => {
      throw refused(error, shape);
    });
    const made = missing.map(({ topic }) => prefix + topic);
    await waitForLeaders(admin, made);
    return made;
  });
}

/** One replica may fail and writing continues; with two or fewer there is none to spare. */
export function inSyncMin(replication: number): number {
  return Math.max(1, replication - 1);
}

function requireSame(wanted: Partial<TopicShape>, { topic, ...shape }: NamedShape): TopicShape {
  for (const what of ['partitions', 'replication'] as const) {
    if (wanted[what] === undefined || wanted[what] === shape[what]) continue;
    const detail = { where: `--${what}`, expected: `${shape[what]}, as for ${topic}`, found: `${wanted[what]}` };
    throw new HesabuError('HESABU_USAGE', {
      ...detail,
      remedy: 'Omit it: new topics get the shape of the existing ones.',
    });
  }
  return shape;
}

/** The client reports each topic separately, under one general message. */
function refused(error: unknown, { partitions, replication }: TopicShape): unknown {
  const [first] = (error as { errors?: readonly { topic?: string; type?: string; message: string }[] }).errors ?? [];
  if (first?.topic === undefined) return error;
  const expected = `${partitions} partitions, with ${replication} replicas each`;
  const found = `${first.type}: ${first.message}`;
  return new HesabuError('HESABU_TOPICS_REFUSED', { where: first.topic, expected, found }, error);
}

/** A new topic is known to all brokers only after a moment; kafkajs gives up if one does not know it yet. */
async function waitForLeaders(admin: Admin, topics: string[]): Promise<void> {
  for (const began = Date.now(); ; await sleep(LEADERS_LOOK_MILLIS)) {
    try {
      const { topics: found } = await admin.fetchTopicMetadata({ topics });
      if (found.every(({ partitions }) => partitions.every(({ leader }) => leader >= 0))) return;
    } catch (error) {
      if (Date.now() - began > LEADERS_MILLIS_MAX) throw error;
    }
    if (Date.now() - began > LEADERS_MILLIS_MAX)
      throw wrong(topics[0]!, 'a leader for every partition', 'partitions without a leader');
  }
}

/** The number of the ledger's partitions. Throws HESABU_TOPICS_WRONG if its topics are missing or do not agree. */
export async function ledgerPartitions(kafka: Kafka, { prefix }: Pick<KafkaSettings, 'prefix'>): Promise<number> {
  return withAdmin(kafka, async (admin) => {
    const { present, missing } = await existingPlans(admin, prefix);
    if (missing.length > 0) throw wrong(prefix + missing[0]!.topic, 'the topic', 'no such topic');
    const shapes = await topicShapes(admin, present, prefix);
    const { partitions, topic } = firstShape(shapes)!;
    for (const { plan, name, ...found } of shapes) {
      const [expected, why] = plan.isSingle ? [1, ''] : [partitions, `, as for ${topic}`];
      if (found.partitions !== expected) throw wrong(name, `${expected} partitions${why}`, `${found.partitions}`);
    }
    return partitions;
  });
}

function wrong(where: string, expected: string, found: string): HesabuError {
  return new HesabuError('HESABU_TOPICS_WRONG', { where, expected, found });
}

export interface PlannedShape extends TopicShape {
  readonly plan: TopicPlan;
  readonly name: string;
  /** The fewest replicas of any partition. */
  readonly replicationMin: number;
}

/** The existing and the missing topics of a ledger. */
export async function existingPlans(admin: Admin, prefix: string) {
  const there = new Set(await admin.listTopics());
  const isThere = ({ topic }: TopicPlan) => there.has(prefix + topic);
  return { present: TOPIC_PLANS.filter(isThere), missing: TOPIC_PLANS.filter((plan) => !isThere(plan)) };
}

export async function topicShapes(admin: Admin, plans: readonly TopicPlan[], prefix: string): Promise<PlannedShape[]> {
  if (plans.length === 0) return [];
  const { topics } = await admin.fetchTopicMetadata({ topics: plans.map(({ topic }) => prefix + topic) });
  const byName = new Map(topics.map(({ name, partitions }) => [name, partitions]));
  return plans.map((plan) => {
    const name = prefix + plan.topic;
    const copies = (byName.get(name) ?? []).map(({ replicas }) => replicas.length);
    return {
      ...{ plan, name, partitions: copies.length },
      replication: Math.max(...copies),
      replicationMin: Math.min(...copies),
    };
  });
}

interface NamedShape extends TopicShape {
  readonly topic: string;
}

/** The shape of the first topic with the ledger's number of partitions; the others are compared with it. */
export function firstShape(shapes: readonly PlannedShape[]): NamedShape | undefined {
  const first = shapes.find(({ plan }) => !plan.isSingle);
  if (first === undefined) return undefined;
  return { topic: first.name, partitions: first.partitions, replication: first.replication };
}
