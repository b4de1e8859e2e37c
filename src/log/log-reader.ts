// Reads a log on a connection of its own: beside the one that writes, in this process or another, or alone.

import { BatchRows, type StoredPlace } from './batch-rows.ts';
import { openForReading } from './data-directory.ts';
import type { EventLog, Topic } from './event-log.ts';

/** What a reader sees of a log, as plain data, so that threads can share it. */
export interface LogView {
  /** Whether no process writes, and the caller keeps them out: then reading leaves no file behind. */
  readonly alone: boolean;
  /** The batches there are for this reader. Rows are never changed, so what comes later is behind them. */
  readonly places: readonly StoredPlace[];
}

export interface LogReader extends Pick<EventLog, 'partitions' | 'read' | 'beginning' | 'end'> {
  /** The number of batches of each topic-partition, whether or not a read reaches them. */
  places(): readonly StoredPlace[];
  close(): void;
}

/** A reader that sees one moment of the log, without a transaction that would keep a writer's changes apart. */
export interface ViewReader extends LogReader {
  readonly view: LogView;
}

/** Sees what is written meanwhile. `alone` means that no process has the log open, and the caller keeps writers out. */
export function openReader(dir: string, alone = false): LogReader {
  const { database, partitions } = openForReading(dir, alone);
  const rows = new BatchRows(database);
  return {
    partitions,
    read: (topic, partition, from) => rows.read(topic, partition, from),
    beginning: (topic, partition, from) => rows.beginning(topic, partition, from),
    end: (topic, partition) => rows.end(topic, partition),
    places: () => rows.places(),
    close: () => database.close(),
  };
}

/** Sees the log as it is now, or as another reader's view has it. */
export function openView(dir: string, seen: Pick<LogView, 'alone'> & Partial<LogView>): ViewReader {
  const { database, partitions } = openForReading(dir, seen.alone);
  try {
    const rows = new BatchRows(database);
    const places = seen.places ?? rows.places();
    const lasts = new Map(places.map(({ topic, partition, last }) => [`${topic}/${partition}`, last]));
    const lastOf = (topic: Topic, partition: number) => lasts.get(`${topic}/${partition}`) ?? null;
    return {
      partitions,
      view: { alone: seen.alone, places },
      read: (topic, partition, from) => rows.read(topic, partition, from, lastOf(topic, partition)),
      beginning: (topic, partition, from) => {
        return from <= (lastOf(topic, partition) ?? -1) ? rows.beginning(topic, partition, from) : undefined;
      },
      end: (topic, partition) => rows.end(topic, partition, lastOf(topic, partition)),
      places: () => places,
      close: () => database.close(),
    };
  } catch (error) {
    database.close();
    throw error;
  }
}
