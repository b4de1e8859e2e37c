// Makes the topics of a ledger, and tells how they are set up: a worker on topics that are not as they must be would
// read the wrong keys or lose what it should keep.

import { setTimeout as sleep } from 'node:timers/promises';
import { HesabuError } from '../../domain/errors.ts';
import { withAdmin } from '../client/admin.ts';
import type { Admin, Kafka } from '../client/kafkajs.ts';
import type { KafkaSettings } from '../client/settings.ts';
import { TOPIC_PLANS, type TopicPlan } from './topic-plans.ts';

const LEADERS_MILLIS_MAX = 30_000;
const LEADERS_LOOK_MILLIS = 100;

/** How many partitions a topic has, and how many copies of each. */
export interface TopicShape {
  readonly partitions: number;
  readonly replication: number;
}

/** For a ledger whose topics are not there yet. */
const FIRST_SHAPE: TopicShape = { partitions: 8, replication: 3 };

/**
 * Makes the topics that are not there, and returns their names: like those that are there, for the topics of a ledger
 * agree, else as it is told. Throws HESABU_USAGE where it is told otherwise than the topics are, HESABU_TOPICS_REFUSED
 * and HESABU_KAFKA_UNREACHABLE.
 */
export async function createTopics(
  kafka: Kafka,
  { prefix }: Pick<KafkaSettings, 'prefix'>,
  asked: Partial<TopicShape> = {},
): Promise<string[]> {
  return withAdmin(kafka, async (admin) => {
    const { present, missing } = await plansThere(admin, prefix);
    const found = firstShape(await topicShapes(admin, present, prefix));
    const shape = found === undefined ? { ...FIRST_SHAPE, ...asked } : agreed(asked, found);
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

/** One replica may be away and writing goes on; with two or fewer there is none to spare. */
export function inSyncMin(replication: number): number {
  return Math.max(1, replication - 1);
}

function agreed(asked: Partial<TopicShape>, { topic, ...shape }: NamedShape): TopicShape {
  for (const what of ['partitions', 'replication'] as const) {
    if (asked[what] === undefined || asked[what] === shape[what]) continue;
    const detail = { where: `--${what}`, expected: `${shape[what]}, as ${topic} has`, found: `${asked[what]}` };
    throw new HesabuError('HESABU_USAGE', {
      ...detail,
      remedy: 'Leave it out: topics are made like those that are there.',
    });
  }
  return shape;
}

/** The client tells of each topic by itself, under one message that says nothing. */
function refused(error: unknown, { partitions, replication }: TopicShape): unknown {
  const [first] = (error as { errors?: readonly { topic?: string; type?: string; message: string }[] }).errors ?? [];
  if (first?.topic === undefined) return error;
  const expected = `${partitions} partitions, and ${replication} copies of each`;
  const found = `${first.type}: ${first.message}`;
  return new HesabuError('HESABU_TOPICS_REFUSED', { where: first.topic, expected, found }, error);
}

/** A topic that was made is known to all only after a moment; kafkajs gives up where it is not yet known to one. */
async function waitForLeaders(admin: Admin, topics: string[]): Promise<void> {
  for (const began = Date.now(); ; await sleep(LEADERS_LOOK_MILLIS)) {
    try {
      const { topics: found } = await admin.fetchTopicMetadata({ topics });
      if (found.every(({ partitions }) => partitions.every(({ leader }) => leader >= 0))) return;
    } catch (error) {
      if (Date.now() - began > LEADERS_MILLIS_MAX) throw error;
    }
    if (Date.now() - began > LEADERS_MILLIS_MAX) throw wrong(topics[0]!, 'leaders for all partitions', 'some without');
  }
}

/** How many partitions the ledger has. Throws HESABU_TOPICS_WRONG where its topics are missing or do not agree. */
export async function ledgerPartitions(kafka: Kafka, { prefix }: Pick<KafkaSettings, 'prefix'>): Promise<number> {
  return withAdmin(kafka, async (admin) => {
    const { present, missing } = await plansThere(admin, prefix);
    if (missing.length > 0) throw wrong(prefix + missing[0]!.topic, 'it is there', 'no such topic');
    const shapes = await topicShapes(admin, present, prefix);
    const { partitions, topic } = firstShape(shapes)!;
    for (const { plan, name, ...found } of shapes) {
      const [expected, why] = plan.isSingle ? [1, ''] : [partitions, `, as ${topic}`];
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
  /** Where not all partitions have as many copies: the fewest that one has. */
  readonly replicationMin: number;
}

/** The topics of a ledger that are there, and those that are not. */
export async function plansThere(admin: Admin, prefix: string) {
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

/** Of the first topic that has as many partitions as the ledger; the others are held against it. */
export function firstShape(shapes: readonly PlannedShape[]): NamedShape | undefined {
  const first = shapes.find(({ plan }) => !plan.isSingle);
  if (first === undefined) return undefined;
  return { topic: first.name, partitions: first.partitions, replication: first.replication };
}
