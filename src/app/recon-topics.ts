// The entries of a ledger on Kafka as subscribers read them from the recon topics.

import { ByteReader } from '../domain/bytes.ts';
import type { Entry } from '../domain/entry.ts';
import { type Patience, tellOutages, withPatience } from '../kafka/client/outages.ts';
import { readTo } from '../kafka/client/reading-to-end.ts';
import { kafkaSettings } from '../kafka/client/settings.ts';
import { atEnds, topicEnds } from '../kafka/client/topic-offsets.ts';
import { type Records, startReading } from '../kafka/client/topic-reader.ts';
import { connectCluster } from '../kafka/kafka-copy.ts';
import { WIRE_PREFIX_BYTES } from '../kafka/topics/registry.ts';
import { RECON_TOPICS } from '../kafka/topics/topic-plans.ts';
import { readEntry } from '../ledger/entry-codec.ts';

export interface ReconTopicsOptions {
  /** As `--kafka` gives them. */
  readonly brokers: string;
  readonly patience: Patience;
  /** Otherwise only entries from now on; without `follow` always. */
  readonly fromBeginning: boolean;
  /** Whether to wait for new entries until `signal` aborts. */
  readonly follow: boolean;
  readonly signal: AbortSignal;
  readonly onEntry: (entry: Entry) => void;
}

/** Resolves when the signal aborts or, without `follow`, at the end of the topics. */
export async function readReconTopics(options: ReconTopicsOptions): Promise<void> {
  const { brokers, patience, fromBeginning, follow, signal, onEntry } = options;
  const { kafka, settings } = await connectCluster(kafkaSettings(brokers), patience);
  const { prefix } = settings;
  const topics = RECON_TOPICS.map((topic) => prefix + topic);
  const found = await withPatience(patience, () => topicEnds(kafka, topics));
  const places = fromBeginning || !follow ? found.begins : atEnds(found);
  const onRecords = ({ records }: Records) => {
    for (const { value } of records.messages) {
      if (value !== null) onEntry(readEntry(new ByteReader(value, WIRE_PREFIX_BYTES)));
    }
  };
  const endTelling = tellOutages(kafka, patience.tell);
  try {
    if (!follow) return await readTo({ kafka, prefix, places, onRecords, waitMillis: 20 }, found.ends);
    const ended = Promise.withResolvers<void>();
    signal.addEventListener('abort', () => ended.resolve(), { once: true });
    if (signal.aborted) return;
    const start = () => startReading({ kafka, prefix, places, onRecords, onFault: ended.reject });
    const reading = await withPatience(patience, start, signal);
    await ended.promise.finally(() => reading.stop());
  } finally {
    endTelling();
  }
}
