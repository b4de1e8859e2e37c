// `hesabu tail`: prints entries as subscribers see them: one line for each entry as it arrives on the recon topics.

import { paint, printable } from '../../app/reports/table.ts';
import { ByteReader } from '../../domain/bytes.ts';
import { type Entry, entryId } from '../../domain/entry.ts';
import type { Language } from '../../domain/reason-words.ts';
import { titleOf } from '../../domain/reason-words.ts';
import { formatInstant } from '../../domain/time.ts';
import { kafkaSettings } from '../../kafka/client/settings.ts';
import { atEnds, topicEnds } from '../../kafka/client/topic-offsets.ts';
import { type Records, readTo, startReading } from '../../kafka/client/topic-reader.ts';
import { connectCluster } from '../../kafka/kafka-copy.ts';
import { WIRE_PREFIX_BYTES } from '../../kafka/topics/registry.ts';
import { RECON_TOPICS } from '../../kafka/topics/topic-plans.ts';
import { readEntry } from '../../ledger/entry-codec.ts';
import { entryView } from '../../projections/entry-view.ts';

export interface RunTailOptions {
  readonly kafka: string;
  readonly reference?: string;
  readonly fromBeginning?: boolean;
  /** False with `--no-follow`. */
  readonly follow: boolean;
  readonly format: 'text' | 'json';
  readonly lang: Language;
}

const COLOURS = { matched: 'green', closed: 'green', reversal: 'yellow' } as const;

/** Resolves after a signal or, without `follow`, at the end of the topics. */
export async function runTail(options: RunTailOptions): Promise<number> {
  const { kafka, settings } = await connectCluster(kafkaSettings(options.kafka));
  const { prefix } = settings;
  const found = await topicEnds(
    kafka,
    RECON_TOPICS.map((topic) => prefix + topic),
  );
  const places = options.fromBeginning === true || !options.follow ? found.begins : atEnds(found);
  const onRecords = ({ messages }: Records) => {
    for (const { value } of messages) if (value !== null) show(value, options);
  };
  if (!options.follow) {
    await readTo({ kafka, prefix, places, onRecords, waitMillis: 20 }, found.ends);
    return 0;
  }
  const ended = Promise.withResolvers<void>();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ended.resolve());
  const reading = await startReading({ kafka, prefix, places, onRecords, onFault: ended.reject });
  try {
    await ended.promise;
  } finally {
    await reading.stop();
  }
  return 0;
}

function show(value: Buffer, { reference, format, lang }: RunTailOptions): void {
  const entry = readEntry(new ByteReader(value, WIRE_PREFIX_BYTES));
  if (reference !== undefined && entry.key !== reference) return;
  const line = format === 'json' ? JSON.stringify(entryView(entry)) : textOf(entry, lang);
  process.stdout.write(`${line}\n`);
}

function textOf({ partition, height, index, key, as_of, finding }: Entry, lang: Language): string {
  const { kind, stage, reason, difference, currency } = finding;
  const colour = kind in COLOURS ? COLOURS[kind as keyof typeof COLOURS] : 'red';
  const what = reason === null ? '' : `${reason} (${titleOf(reason, lang)})`;
  const amount = difference === null ? '' : `${difference} ${currency ?? ''}`.trim();
  const words = [
    formatInstant(as_of),
    entryId(partition, height, index).padEnd(10),
    printable(key),
    stage,
    paint(colour, kind, process.stdout),
    what,
    amount,
  ];
  return words.filter((word) => word !== '').join('  ');
}
