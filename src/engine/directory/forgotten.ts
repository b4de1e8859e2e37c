// Who was forgotten stays forgotten: the list beside the keys and the records in the log say the same, and whatever
// older copy of the keys, of the list or of the log is restored, the others take the keys out again.

import { readForgotten, writeForgotten } from '../../archive/privacy/forgotten-list.ts';
import { PseudonymKeys } from '../../archive/privacy/pseudonym-key.ts';
import { formatInstant, type Instant } from '../../domain/time.ts';
import type { EventLog } from '../../log/event-log.ts';
import { BatchBuilder, forEachValue } from '../../log/value-frames.ts';

/** In imports.v1: somebody was forgotten. It has no number, and the place only for who has the directory's keys. */
interface ForgottenRecord {
  readonly forgotten: string;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/**
 * Takes out all keys that were taken out before, and completes the list and the records, each by the other. `mayAppend`
 * is false where the log belongs to others.
 */
export async function keepForgotten(dir: string, log: EventLog, mayAppend: boolean, now: Instant): Promise<void> {
  const list = readForgotten(dir);
  const records = recordsIn(log);
  if (list.size === 0 && records.length === 0) return;
  const keys = PseudonymKeys.open(dir);
  const recorded = new Set(records.flatMap(({ forgotten }) => keys.unsealed(forgotten) ?? []));
  const unlisted = [...recorded].filter((place) => !list.has(place));
  if (unlisted.length > 0) writeForgotten(dir, unlisted, true);
  for (const place of unlisted) keys.forget(place);
  keys.save(dir);
  const unrecorded = [...list.keys()].filter((place) => !recorded.has(place));
  if (mayAppend) await record(log, keys, unrecorded, now);
}

async function record(log: EventLog, keys: PseudonymKeys, places: readonly number[], now: Instant): Promise<void> {
  if (places.length === 0) return;
  const builder = new BatchBuilder(1024);
  for (const place of places) {
    const record: ForgottenRecord = { forgotten: keys.sealed(place), at: formatInstant(now) };
    builder.add(Buffer.from(JSON.stringify(record)));
  }
  await log.append([{ topic: 'imports.v1', partition: 0, source: 0, ...builder.take() }]);
}

function recordsIn(log: Pick<EventLog, 'read'>): readonly ForgottenRecord[] {
  const records: ForgottenRecord[] = [];
  for (const { payload } of log.read('imports.v1', 0, 0n)) {
    forEachValue(payload, 0, (start, end) => {
      const record = JSON.parse(payload.toString('utf8', start, end)) as Partial<ForgottenRecord>;
      if (typeof record.forgotten === 'string') records.push(record as ForgottenRecord);
    });
  }
  return records;
}
