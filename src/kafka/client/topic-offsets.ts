// Where topics begin and end at a moment, as positions to read from and offsets to read to.

import { withAdmin } from './admin.ts';
import type { WatchedKafka as Kafka } from './watched-kafka.ts';

export interface StartPosition {
  readonly topic: string;
  readonly partition: number;
  /** The first offset to read. */
  readonly offset: bigint;
}

export interface TopicEnds {
  /** The first offset of what the topics still hold. */
  readonly begins: readonly StartPosition[];
  /** By `topic/partition`. */
  readonly ends: ReadonlyMap<string, bigint>;
}

/** Throws HESABU_KAFKA_UNREACHABLE. */
export async function topicEnds(kafka: Kafka, topics: readonly string[]): Promise<TopicEnds> {
  return withAdmin(kafka, async (admin) => {
    const begins: StartPosition[] = [];
    const ends = new Map<string, bigint>();
    for (const topic of topics) {
      for (const { partition, low, high } of await admin.fetchTopicOffsets(topic)) {
        begins.push({ topic, partition, offset: BigInt(low) });
        ends.set(`${topic}/${partition}`, BigInt(high));
      }
    }
    return { begins, ends };
  });
}

/** The same positions at the ends. */
export function atEnds({ begins, ends }: TopicEnds): StartPosition[] {
  return begins.map((place) => ({ ...place, offset: ends.get(`${place.topic}/${place.partition}`)! }));
}
