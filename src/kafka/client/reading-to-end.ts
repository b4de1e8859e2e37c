// Reads topics as far as they went at a moment, and ends.

import { topicEnds } from './topic-offsets.ts';
import { type OnRecords, type Reading, type ReadOptions, startReading } from './topic-reader.ts';

/** Reads until every position reaches its end; `ends` are the offsets after the last record, by `topic/partition`. */
export async function readTo(options: Omit<ReadOptions, 'onFault'>, ends: ReadonlyMap<string, bigint>): Promise<void> {
  const waiting = options.places.filter(
    ({ topic, partition, offset }) => (ends.get(`${topic}/${partition}`) ?? 0n) > offset,
  );
  const left = new Set(waiting.map(({ topic, partition }) => `${topic}/${partition}`));
  if (left.size === 0) return;
  let reading: Reading | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      const onRecords: OnRecords = async (records) => {
        await options.onRecords(records);
        const name = `${records.topic}/${records.partition}`;
        if (records.next >= (ends.get(name) ?? 0n)) left.delete(name);
        if (left.size === 0) resolve();
      };
      startReading({ ...options, places: waiting, onRecords, onFault: reject }).then((started) => {
        reading = started;
      }, reject);
    });
  } finally {
    await reading?.stop();
  }
}

/** Whether readers find any record in a partition of one of these topics. */
export async function hasRecords(
  cluster: Pick<ReadOptions, 'kafka' | 'prefix'>,
  topics: readonly string[],
  partition: number,
): Promise<boolean> {
  const { begins, ends } = await topicEnds(cluster.kafka, topics);
  const places = begins.filter((place) => place.partition === partition);
  const found = new Error('a record was found');
  const onRecords: OnRecords = ({ records }) => {
    if (!records.isEmpty) throw found;
  };
  try {
    await readTo({ ...cluster, places, onRecords, waitMillis: 20 }, ends);
    return false;
  } catch (error) {
    if (error === found) return true;
    throw error;
  }
}
