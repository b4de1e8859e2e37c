// Whether topics still hold what was read from them or is still to be read. What is lost is told and never skipped, and
// told only after a confirming look: who is told restores something, and so loses what was good.

import { HesabuError } from '../../domain/errors.ts';
import { endBefore } from './high-watermarks.ts';
import type { StartPosition, TopicEnds } from './topic-offsets.ts';
import type { WatchedKafka as Kafka } from './watched-kafka.ts';

export interface HeldPlace extends StartPosition {
  /** How far the topic-partition is known to have existed; from `offset` on it is still to be read. */
  readonly known: bigint;
}

/** Throws HESABU_TOPIC_TRUNCATED, HESABU_TOPIC_REPLACED, HESABU_LEDGER_GONE, and HESABU_KAFKA_UNREACHABLE. */
export async function checkHeld(kafka: Kafka, held: readonly HeldPlace[], { begins, ends }: TopicEnds): Promise<void> {
  for (const place of held) {
    const { topic, partition, offset, known } = place;
    const begin = begins.find((one) => one.topic === topic && one.partition === partition);
    const end = ends.get(`${topic}/${partition}`);
    if (begin !== undefined && begin.offset > offset) throw truncated(place, begin.offset);
    // Committed records may end earlier for a while: that alone says nothing.
    const lost = end !== undefined && end < known ? await endBefore(kafka, topic, partition, known) : undefined;
    if (lost !== undefined) throw replaced(topic, partition, known, lost);
  }
}

/** Records that were never read are gone from the beginning of a topic. */
export function truncated({ topic, partition, offset }: StartPosition, begin: bigint): HesabuError {
  const code = isLedger(topic) ? 'HESABU_LEDGER_GONE' : 'HESABU_TOPIC_TRUNCATED';
  const where = `${topic}/${partition}`;
  return new HesabuError(code, { where, expected: `offset ${offset}`, found: `offset ${begin} first` });
}

/** A topic ends before what is known to have been in it. */
export function replaced(topic: string, partition: number, known: bigint, end: bigint): HesabuError {
  const code = isLedger(topic) ? 'HESABU_LEDGER_GONE' : 'HESABU_TOPIC_REPLACED';
  const where = `${topic}/${partition}`;
  return new HesabuError(code, { where, expected: `at least offset ${known}`, found: `${end}` });
}

/** With any prefix. */
function isLedger(topic: string): boolean {
  return topic.endsWith('ledger.v1');
}
