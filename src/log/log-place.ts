// The place of a value in the log of its partition as one number: its topic in the highest bits, then its offset. Such
// numbers sort as the log is read.

import { TASK_TOPICS, type TaskTopic } from '../domain/fact.ts';

export type LogPlace = number;

/** Of what has no place in the log, or too high an offset: it is kept as bytes. */
export const NO_PLACE: LogPlace = 0xffff_ffff;

const OFFSET_BITS = 29;
const OFFSETS = 2 ** OFFSET_BITS;

/** What the places of a topic's values begin with; undefined for a topic that holds no facts. */
export function placesOf(topic: string): LogPlace | undefined {
  const at = TASK_TOPICS.indexOf(topic as TaskTopic);
  return at < 0 ? undefined : at * OFFSETS;
}

/** The place of the value at this offset, among those of its topic. */
export function logPlace(first: LogPlace | undefined, offset: number): LogPlace {
  return first === undefined || offset >= OFFSETS ? NO_PLACE : first + offset;
}

export function topicAt(place: LogPlace): TaskTopic {
  return TASK_TOPICS[place >>> OFFSET_BITS]!;
}

export function offsetAt(place: LogPlace): number {
  return place & (OFFSETS - 1);
}
