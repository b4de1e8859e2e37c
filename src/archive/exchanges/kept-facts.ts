// Holds the archive against the log: an exchange is archived with the facts that it gave, once they are on the disk. So
// a fact of the archive that the log does not have was acknowledged and lost, and its bytes are still here.

import { FACT_TOPICS, type Fact, type FactTopic } from '../../domain/fact.ts';
import type { Instant } from '../../domain/time.ts';
import type { EventLog } from '../../log/event-log.ts';
import { readFact, readRaw } from '../../log/fact-codec.ts';
import { forEachValue } from '../../log/value-frames.ts';
import { storageError } from '../../runtime/storage-errors.ts';
import { archivedDays, dataPath, exchangesFolder, indexPath, openExisting, readAt, scanDay } from './day-scan.ts';
import { DAY_MILLIS, factsIn } from './exchange-codec.ts';
import { exchangeTime } from './exchange-id.ts';
import { type FrameDescription, isIntact, linesOf } from './frame.ts';

export interface ArchiveComparison {
  /** From when on exchanges were looked at; null if there are none. */
  readonly since: Instant | null;
  readonly exchanges: number;
  readonly missing: number;
}

type Log = Pick<EventLog, 'partitions' | 'read' | 'end'>;

/** An exchange is archived a moment after its id was made, and after its facts were committed. */
const MARGIN_MILLIS = 10 * 60_000;
/** How far back one partition may be behind the others: what a damaged log lost, it lost from its end. */
const BEHIND_MILLIS_MAX = DAY_MILLIS;
const TAIL_FIRST = 256n;
/** So many facts of files may be the last of a partition that has facts of exchanges too. */
const TAIL_FACTS_MAX = 2 ** 16;

/**
 * Looks at the exchanges since shortly before the newest fact of the log that came with one, and gives `take` the
 * facts that the log does not have, oldest first, those of one frame of the archive at once. Calls `onDamage` with the
 * file of what cannot be read.
 */
export async function compareArchive(
  dir: string,
  log: Log,
  now: Instant,
  take: (facts: readonly Fact[]) => Promise<void> | void,
  onDamage: (where: string) => void = () => undefined,
): Promise<ArchiveComparison> {
  const folder = exchangesFolder(dir);
  const days = await archivedDays(folder);
  if (days.length === 0) return { since: null, exchanges: 0, missing: 0 };
  const tails = tailsOf(log, now);
  const since = lookBackTo(tails);
  const known = recentFacts(log, tails, since);
  let [exchanges, missing] = [0, 0];
  try {
    for (const day of days) {
      if (Date.parse(day) + DAY_MILLIS <= since) continue;
      await forEachFrame(folder, day, since, onDamage, async (lines) => {
        exchanges += lines.length;
        const lost = lines.flatMap(factsIn).filter((fact) => {
          return (exchangeTime(fact.raw) ?? since) >= since && !known.has(nameOf(fact));
        });
        missing += lost.length;
        if (lost.length > 0) await take(lost);
      });
    }
  } catch (error) {
    throw storageError(error, folder);
  }
  return { since: Number.isFinite(since) ? since : Date.parse(days[0]!), exchanges, missing };
}

/** The same, only counted. What seems missing is looked for again, for a process beside may have written it since. */
export async function countMissing(dir: string, log: Log, now: Instant): Promise<ArchiveComparison> {
  const lost = new Map<string, Instant>();
  const found = await compareArchive(dir, log, now, (facts) => {
    for (const fact of facts) lost.set(nameOf(fact), exchangeTime(fact.raw) ?? now);
  });
  if (lost.size === 0) return found;
  let first = now;
  for (const at of lost.values()) first = Math.min(first, at);
  for (const name of recentFacts(log, tailsOf(log, now), first)) lost.delete(name);
  return { ...found, missing: lost.size };
}

/** One fact of one exchange: the same claim comes again with another. */
function nameOf({ raw, id }: Fact): string {
  return `${raw} ${id}`;
}

/** The end of a partition that has facts of exchanges, and when the newest of these began. */
interface Tail {
  readonly topic: FactTopic;
  readonly partition: number;
  readonly newest: Instant;
}

function tailsOf(log: Log, now: Instant): Tail[] {
  const tails = FACT_TOPICS.flatMap((topic) =>
    Array.from({ length: log.partitions }, (_, partition) => ({
      topic,
      partition,
      newest: newestOf(log, topic, partition, now),
    })),
  );
  return tails.filter(({ newest }) => Number.isFinite(newest));
}

/**
 * From when on the archive may have what the log lost. A log is damaged from some place of its end on, and that may be
 * another one in each partition; so the partition that is furthest behind says from when on, if it is not idle.
 */
function lookBackTo(tails: readonly Tail[]): Instant {
  const last = Math.max(...tails.map(({ newest }) => newest));
  if (!Number.isFinite(last)) return Number.NEGATIVE_INFINITY;
  const callbacks = tails.filter(({ topic }) => topic === 'callbacks.v1').map(({ newest }) => newest);
  return Math.max(Math.min(...callbacks, last), last - BEHIND_MILLIS_MAX) - MARGIN_MILLIS;
}

/** A time that is still to come says nothing: the clock ran ahead when the fact came. */
function newestOf(log: Log, topic: FactTopic, partition: number, now: Instant): Instant {
  let newest = Number.NEGATIVE_INFINITY;
  let left = TAIL_FACTS_MAX;
  forEachTailFact(log, topic, partition, (raw) => {
    const at = exchangeTime(raw) ?? Number.NEGATIVE_INFINITY;
    if (at <= now) newest = Math.max(newest, at);
    left--;
    return !Number.isFinite(newest) && left > 0;
  });
  return newest;
}

/** The facts of the log that came with exchanges since an instant. */
function recentFacts(log: Log, tails: readonly Tail[], since: Instant): Set<string> {
  const known = new Set<string>();
  for (const { topic, partition } of tails) {
    forEachTailFact(log, topic, partition, (raw, read) => {
      const at = exchangeTime(raw);
      if (at !== undefined && at >= since) known.add(nameOf(read()));
      // Rows of files lie between, and some exchanges end before others that began earlier.
      return at === undefined || at >= since - MARGIN_MILLIS;
    });
  }
  return known;
}

/**
 * Visits the facts at the end of a partition, in pieces from the end on, each piece in its order, until no fact of a
 * piece asks for more.
 */
function forEachTailFact(
  log: Log,
  topic: FactTopic,
  partition: number,
  visit: (raw: string, read: () => Fact) => boolean,
): void {
  let to = log.end(topic, partition);
  for (let size = TAIL_FIRST; to > 0n; size *= 2n) {
    const from = to > size ? to - size : 0n;
    let wantsMore = false;
    for (const batch of log.read(topic, partition, from)) {
      if (batch.from >= to) break;
      const { payload } = batch;
      forEachValue(payload, from > batch.from ? Number(from - batch.from) : 0, (start, end, index) => {
        if (batch.from + BigInt(index) >= to) return;
        wantsMore = visit(readRaw(payload, start), () => readFact(payload, start, end)) || wantsMore;
      });
    }
    if (!wantsMore) return;
    to = from;
  }
}

async function forEachFrame(
  folder: string,
  day: string,
  since: Instant,
  onDamage: (where: string) => void,
  visit: (lines: readonly string[]) => Promise<void>,
): Promise<void> {
  const path = dataPath(folder, day);
  const data = await openExisting(path);
  if (data === undefined) return;
  const index = await openExisting(indexPath(folder, day));
  try {
    const isRecent = ({ last }: FrameDescription) => last >= since;
    const { frames, gaps } = await scanDay(data, index, isRecent);
    if (gaps > 0) onDamage(path);
    for (const frame of frames) {
      const bytes = await readAt(data, frame.dataOffset, frame.dataBytes);
      if (isIntact(bytes, frame)) await visit(linesOf(bytes));
      else onDamage(path);
    }
  } finally {
    await index?.close();
    await data.close();
  }
}
