// Facts about days that were closed when they came. The log is read from the first close on, some of it at a time; what
// the log has before as well is a repeat, and no late fact. Whose a fact is follows from the key that it is under.

import { ByteReader } from '../domain/bytes.ts';
import { type Calendar, type Day, dayOfDate } from '../domain/calendar.ts';
import { DECISIONS_TOPIC } from '../domain/decision.ts';
import { FACT_TOPICS, type FactTopic } from '../domain/fact.ts';
import { EVERY_MERCHANT } from '../domain/key.ts';
import type { Instant } from '../domain/time.ts';
import type { EventLog } from '../log/event-log.ts';
import { claimStart, readFact } from '../log/fact-codec.ts';
import { forEachFact } from '../log/value-frames.ts';
import { dayOfClaim } from '../matching/state-until.ts';
import type { ReconciliationTask } from '../task/task.ts';
import type { ClosedDay } from './closed-days.ts';
import { FILE_MILLIS, firstOffsetFrom } from './log-times.ts';
import { ownerAt } from './statement-keys.ts';

/** The close of a day, as of when its statements were frozen. */
export interface Close {
  readonly day: Day;
  /** `*` for all merchants. */
  readonly merchant: string;
  readonly at: Instant;
}

export interface LateQuestion {
  readonly closes: readonly Close[];
  readonly rulesHash: string;
  /** About so many facts are read for one question. */
  readonly most: number;
}

export interface LateFact {
  readonly key: string;
  /** Whose the key is; '' where it has no order. */
  readonly merchant: string;
  readonly fact: string;
  readonly receivedAt: Instant;
  readonly day: Day;
  /** The first day that was open then: its statement has what the fact moved. */
  readonly bookedOn: Day;
}

export interface LatePage {
  readonly facts: readonly LateFact[];
  /** Whether all was read; otherwise the next question reads on. */
  readonly isWhole: boolean;
}

type Log = Pick<EventLog, 'read' | 'end'>;
const TOPICS = FACT_TOPICS.filter((topic) => topic !== DECISIONS_TOPIC);

interface Found extends Pick<LateFact, 'key' | 'fact' | 'receivedAt' | 'day'> {
  readonly offset: bigint;
  /** Null until the log before it was looked at. */
  isRepeat: boolean | null;
}

/** One topic of one partition. */
interface Reading {
  position: bigint;
  /** By the fact's id: the first of each. */
  readonly found: Map<string, Found>;
  /** Up to where repeats of those that are not known yet were looked for. */
  looked: bigint;
}

export function closesOf(closed: readonly ClosedDay[]): Close[] {
  return closed.map(({ day, merchant, close }) => {
    return { day: dayOfDate(day), merchant, at: close.proposal.occurred_at ?? 0 };
  });
}

export function mergeLate(answers: readonly LatePage[]): LatePage {
  const nameOf = ({ key, fact }: LateFact) => `${key}\n${fact}`;
  const facts = answers.flatMap((answer) => answer.facts);
  facts.sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
  return { facts, isWhole: answers.every(({ isWhole }) => isWhole) };
}

export class LateFacts {
  private readonly log: Log;
  /** By topic and partition, of these closes. */
  private readings = new Map<string, Reading>();
  private closes = '';

  constructor(log: Log) {
    this.log = log;
  }

  page(
    tasks: readonly Pick<ReconciliationTask, 'table' | 'head'>[],
    calendar: Calendar,
    { closes, most }: LateQuestion,
  ): LatePage {
    const name = JSON.stringify(closes);
    // Another close is one from which on more facts are late.
    if (name !== this.closes) this.readings = new Map();
    this.closes = name;
    if (closes.length === 0) return { facts: [], isWhole: true };
    let left = most;
    const facts = tasks.flatMap((task) => {
      const found = TOPICS.flatMap((topic) => {
        const reading = this.readingOf(topic, task.head.partition, closes);
        left -= this.readOn(reading, topic, task.head.partition, { calendar, closes, most: left });
        return [...reading.found.values()];
      });
      return found.flatMap((one) => (one.isRepeat === false ? (lateOf(one, task, closes) ?? []) : []));
    });
    return { facts, isWhole: left > 0 };
  }

  private readingOf(topic: FactTopic, partition: number, closes: readonly Close[]): Reading {
    const name = `${topic} ${partition}`;
    const known = this.readings.get(name);
    if (known !== undefined) return known;
    const first = Math.min(...closes.map(({ at }) => at));
    const position = firstOffsetFrom(this.log, topic, partition, first - FILE_MILLIS);
    const reading: Reading = { position, found: new Map(), looked: 0n };
    this.readings.set(name, reading);
    return reading;
  }

  /** Returns how many facts were read. */
  private readOn(
    reading: Reading,
    topic: FactTopic,
    partition: number,
    { calendar, closes, most }: Pick<LateQuestion, 'closes' | 'most'> & { readonly calendar: Calendar },
  ): number {
    let count = this.walk(topic, partition, reading.position, most, (payload, start, end, offset) => {
      reading.position = offset + 1n;
      const claim = readFact(payload, start, end);
      const { id, transaction_reference: key, received_at: receivedAt } = claim;
      const day = dayOfClaim(claim, calendar);
      const isLate = closes.some((close) => close.day >= day && close.at < receivedAt);
      if (!isLate || !Number.isFinite(day) || reading.found.has(id)) return;
      reading.found.set(id, { key, fact: id, receivedAt, day, offset, isRepeat: null });
      reading.looked = 0n;
    });
    const unknown = new Map([...reading.found].filter(([, { isRepeat }]) => isRepeat === null));
    if (unknown.size === 0 || count >= most) return count;
    count += this.walk(topic, partition, reading.looked, most - count, (payload, start, _, offset) => {
      reading.looked = offset + 1n;
      const one = unknown.get(new ByteReader(payload, claimStart(payload, start)).string());
      if (one !== undefined && offset < one.offset) one.isRepeat = true;
    });
    if (count >= most) return count;
    for (const one of unknown.values()) one.isRepeat ??= false;
    return count;
  }

  private walk(
    topic: FactTopic,
    partition: number,
    from: bigint,
    most: number,
    visit: (payload: Buffer, start: number, end: number, offset: bigint) => void,
  ): number {
    let count = 0;
    if (most <= 0 || this.log.end(topic, partition) <= from) return Math.max(0, most <= 0 ? 1 : 0);
    for (const { payload, from: first } of this.log.read(topic, partition, from)) {
      forEachFact(payload, Math.max(0, Number(from - first)), (start, end, index) => {
        visit(payload, start, end, first + BigInt(index));
        count++;
      });
      if (count >= most) break;
    }
    return count;
  }
}

/** The days of others are not his, and a close that came after the fact had it. */
function lateOf(
  { key, fact, receivedAt, day }: Found,
  task: Pick<ReconciliationTask, 'table' | 'head'>,
  closes: readonly Close[],
): LateFact | undefined {
  const slot = task.table.keys.find(key);
  const merchant = (slot === undefined ? undefined : ownerAt(task, slot))?.merchant ?? '';
  const own = closes.filter((close) => close.merchant === merchant || close.merchant === EVERY_MERCHANT);
  const last = Math.max(...own.filter(({ at }) => at < receivedAt).map((close) => close.day));
  return last >= day ? { key, merchant, fact, receivedAt, day, bookedOn: last + 1 } : undefined;
}
