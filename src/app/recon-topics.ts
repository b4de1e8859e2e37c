// The entries of a ledger on Kafka as subscribers read them from the recon topics.

import { ByteReader } from '../domain/bytes.ts';
import type { Entry } from '../domain/entry.ts';
import { kafkaSettings } from '../kafka/client/settings.ts';
import { atEnds, topicEnds } from '../kafka/client/topic-offsets.ts';
import { type Records, readTo, startReading } from '../kafka/client/topic-reader.ts';
import { connectCluster } from '../kafka/kafka-copy.ts';
import { WIRE_PREFIX_BYTES } from '../kafka/topics/registry.ts';
import { RECON_TOPICS } from '../kafka/topics/topic-plans.ts';
import { readEntry } from '../ledger/entry-codec.ts';

export interface ReconTopicsOptions {
  /** As `--kafka` gives them. */
  readonly brokers: string;
  /** Otherwise only entries from now on; without `follow` always. */
  readonly fromBeginning: boolean;
  /** Whether to wait for new entries until `signal` aborts. */
  readonly follow: boolean;
  readonly signal: AbortSignal;
  readonly onEntry: (entry: Entry) => void;
}

/** Resolves when the signal aborts or, without `follow`, at the end of the topics. */
export async function readReconTopics(options: ReconTopicsOptions): Promise<void> {
  const { brokers, fromBeginning, follow, signal, onEntry } = options;
  const { kafka, settings } = await connectCluster(kafkaSettings(brokers));
  const { prefix } = settings;
  const found = await topicEnds(
    kafka,
    RECON_TOPICS.map((topic) => prefix + topic),
  );
  const places = fromBeginning || !follow ? found.begins : atEnds(found);
  const onRecords = ({ messages }: Records) => {
    for (const { value } of messages) {
      if (value !== null) onEntry(readEntry(new ByteReader(value, WIRE_PREFIX_BYTES)));
    }
  };
  if (!follow) {
    await readTo({ kafka, prefix, places, onRecords, waitMillis: 20 }, found.ends);
    return;
  }
  const ended = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => ended.resolve(), { once: true });
  if (signal.aborted) return;
  const reading = await startReading({ kafka, prefix, places, onRecords, onFault: ended.reject });
  try {
    await ended.promise;
  } finally {
    await reading.stop();
  }
}
